using Inbox.Audit;
using Inbox.Data;
using Inbox.Realtime;
using Inbox.Tenancy;

var builder = WebApplication.CreateBuilder(args);

builder.Services.AddData();
builder.Services.AddTenancy();
builder.Services.AddRealtime();
builder.Services.AddAudit();

var app = builder.Build();

await app.RunAsync();

/// <summary>Named so that tests can start the same application.</summary>
public partial class Program;
