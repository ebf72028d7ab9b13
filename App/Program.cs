using Inbox.Audit;
using Inbox.Channels;
using Inbox.Channels.Inbound;
using Inbox.Channels.Website;
using Inbox.Channels.Outbound;
using Inbox.Channels.Sandbox;
using Inbox.Channels.WhatsApp;
using Inbox.Conversations;
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
builder.Services.AddChannels();
builder.Services.AddInbound();
builder.Services.AddWebsite();
builder.Services.AddOutbound();
builder.Services.AddWhatsApp();
builder.Services.AddSandbox();
builder.Services.AddConversations();
builder.AddOperations();

var app = builder.Build();

app.UseRequestLog();

app.MapWebhooks();
app.MapWidget();
app.MapSandbox();
app.MapConversations();
app.MapMessages();
app.MapHealth();

await app.RunAsync();

/// <summary>Named so that tests can start the same application.</summary>
public partial class Program;
