using Inbox.Audit;
using Inbox.Data;
using Inbox.Operations;
using Inbox.Operations.Health;
using Inbox.Realtime;
using Inbox.Tenancy;

var builder = WebApplication.CreateBuilder(args);

builder.Services.AddData();
builder.Services.AddTenancy();
builder.Services.AddRealtime();
builder.Services.AddAudit();
builder.AddOperations();

var app = builder.Build();

app.UseRequestLog();
app.MapHealth();

await app.RunAsync();

/// <summary>Named so that tests can start the same application.</summary>
public partial class Program;
