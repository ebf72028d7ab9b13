using Inbox.Access;
using Inbox.Assistant;
using Inbox.Audit;
using Inbox.Channels;
using Inbox.Channels.Inbound;
using Inbox.Channels.Instagram;
using Inbox.Channels.Messenger;
using Inbox.Channels.Outbound;
using Inbox.Channels.Sandbox;
using Inbox.Channels.Templates;
using Inbox.Channels.Website;
using Inbox.Channels.WhatsApp;
using Inbox.Contacts;
using Inbox.Conversations;
using Inbox.Conversations.Failures;
using Inbox.Conversations.Files;
using Inbox.Conversations.Labels;
using Inbox.Conversations.Notifications;
using Inbox.Conversations.Timeline;
using Inbox.Data;
using Inbox.Media;
using Inbox.Operations;
using Inbox.Operations.CommandLine;
using Inbox.Operations.Configuration;
using Inbox.Operations.Health;
using Inbox.Operations.Installation;
using Inbox.Operations.OpenApi;
using Inbox.Operations.Stopping;
using Inbox.Realtime;
using Inbox.Shell;
using Inbox.Tenancy;
using Inbox.Triggers.Webhooks;

var call = Commands.Parse(args);
if (call.ExitCode is { } said)
{
    return said;
}

var builder = WebApplication.CreateBuilder([.. call.Settings ?? []]);
builder.AddSettings();

builder.Services.AddData();
builder.Services.AddTenancy();
builder.Services.AddAccess();
builder.Services.AddRealtime();
builder.Services.AddAudit();
builder.Services.AddMedia();
builder.Services.AddChannels();
builder.Services.AddInbound();
builder.Services.AddWebsite();
builder.Services.AddOutbound();
builder.Services.AddWhatsApp();
builder.Services.AddMessenger();
builder.Services.AddInstagram();
builder.Services.AddSandbox();
builder.Services.AddContacts();
builder.Services.AddConversations();
builder.Services.AddOutgoingWebhooks();
builder.Services.AddAssistant();
builder.AddOperations();
builder.Services.AddShell();

await using var app = builder.Build();
if (!await app.PrepareAsync(call))
{
    return 1;
}

if (call.Command is not null)
{
    return await app.RunAsync(call);
}

app.UseOlderAddresses();
app.UseWebhooks();
app.UseGracefulStop();
app.UseRequestLog();
app.UseAccess();

app.MapShell();
app.MapAccess();
app.MapAudit();
app.MapWebhooks();
app.MapWidget();
app.MapSandbox();
app.MapChannels();
app.MapTemplates();
app.MapContacts();
app.MapContactStates();
app.MapCustomFields();
app.MapTimeline();
app.MapConversations();
app.MapMessages();
app.MapFailedSends();
app.MapDirectSends();
app.MapFiles();
app.MapSearch();
app.MapConversationExport();
app.MapOutgoingWebhooks();
app.MapLabels();
app.MapNotifications();
app.MapStages();
app.MapInstallation();
app.MapAbout();
app.MapApiDocument();
app.MapHealth();

return await app.ServeAsync();

/// <summary>Named so that tests can start the same application.</summary>
public partial class Program;
