using Inbox.Audit;
using Inbox.Channels;
using Inbox.Channels.Inbound;
using Inbox.Conversations;
using Inbox.Data;
using Inbox.Operations;
using Inbox.Operations.Health;
using Inbox.Realtime;
using Inbox.Shell;
using Inbox.Tenancy;

var builder = WebApplication.CreateBuilder(args);

builder.Services.AddData();
builder.Services.AddTenancy();
builder.Services.AddRealtime();
builder.Services.AddAudit();
builder.Services.AddChannels();
builder.Services.AddInbound();
builder.Services.AddConversations();
builder.AddOperations();
builder.Services.AddShell();

var app = builder.Build();

app.UseRequestLog();
app.UseAntiforgery();

app.MapWebhooks();
app.MapConversations();
app.MapMessages();
app.MapHealth();
app.MapShell();

await app.RunAsync();

/// <summary>Named so that tests can start the same application.</summary>
public partial class Program;
