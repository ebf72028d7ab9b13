using System.Net.Http.Headers;
using System.Text.Json;
using Inbox.Channels.Health;
using Inbox.Channels.Outbound;
using Microsoft.Extensions.Options;

namespace Inbox.Channels.Meta;

/// <summary>Where a kind's accounts are asked about.</summary>
/// <param name="Name">Of the platform, as people know it.</param>
/// <param name="Host">Where its API is.</param>
/// <param name="TitleOf">Path of the account and the fields of which the first that is there is its title.</param>
/// <param name="Subscription">Path of what is subscribed; null where the channel does not say.</param>
/// <param name="Fields">What to subscribe to; empty: the platform asks for no list.</param>
/// <param name="HasTokenInspection">Its host tells when a token ends.</param>
/// <param name="OwnId">The field of the title's answer that is the account's id in webhooks, where its path names none; null elsewhere.</param>
/// <param name="TitleShowsOwner">Only who may use the account is told its title; elsewhere it is what is subscribed to it.</param>
internal sealed record MetaAccount(string Name, string Host, (string Path, string[] Fields) TitleOf, string? Subscription, IReadOnlyList<string> Fields, bool HasTokenInspection, bool TitleShowsOwner = false, string? OwnId = null);

/// <summary>Asks the Graph API about accounts, their subscriptions and tokens.</summary>
/// <seealso href="https://developers.facebook.com/docs/graph-api/webhooks/subscriptions-edge/"/>
/// <seealso href="https://developers.facebook.com/docs/graph-api/reference/debug_token/"/>
public sealed partial class MetaAccounts(HttpClient http, OwnAddress own, IOptions<MetaOptions> options, TimeProvider clock, ILogger<MetaAccounts> log)
{
    /// <summary>The most that is read of an answer, in bytes.</summary>
    public const int AnswerLimit = 256 * 1024;

    internal async Task<AccountCheck> CheckAsync(Channel channel, string? token, MetaAccount account, CancellationToken cancellation)
    {
        if (token is not { Length: > 0 })
        {
            return new AccountCheck(null, MetaCredentials.NoToken.Detail);
        }

        var (answer, problem) = await CallAsync(HttpMethod.Get, channel, token, account, $"{account.TitleOf.Path}?fields={string.Join(',', account.TitleOf.Fields)}", cancellation);
        if (problem is not null)
        {
            return new AccountCheck(null, problem);
        }

        if (account.OwnId is { } name && answer.At(name).Id() is { } own && own != channel.ExternalId)
        {
            return new AccountCheck(null, $"The access token is of the account {own}, and this channel is of {channel.ExternalId}: what is written to the account would not arrive. Correct the ID, or take the token of the other account.");
        }

        var title = account.TitleOf.Fields.Select(field => answer.At(field).Text()).FirstOrDefault(text => text is { Length: > 0 });
        var (tokenEnds, app) = await InspectAsync(channel, token, account, cancellation);
        var subscribed = await IsSubscribedAsync(channel, token, account, app, cancellation);
        return new AccountCheck(title, null, subscribed?.ToMessages, tokenEnds, ShowsOwner: account.TitleShowsOwner || subscribed is not null, ShowsGroup: channel.GroupId is not null && subscribed is not null)
        {
            LacksEvents = subscribed is { ToMessages: true, ToAll: false },
        };
    }

    internal async Task<string?> SubscribeAsync(Channel channel, string? token, MetaAccount account, CancellationToken cancellation)
    {
        if (token is not { Length: > 0 } || account.Subscription is null)
        {
            return MetaCredentials.NoToken.Detail;
        }

        var fields = account.Fields.Count == 0 ? "" : $"?subscribed_fields={string.Join(',', account.Fields)}";
        return (await CallAsync(HttpMethod.Post, channel, token, account, $"{account.Subscription}/subscribed_apps{fields}", cancellation)).Problem;
    }

    /// <summary>Instagram's exchange of a token of 60 days for a fresh one; it must be a day old and not have ended.</summary>
    /// <seealso href="https://developers.facebook.com/docs/instagram-platform/reference/refresh_access_token"/>
    internal Task<(string Token, DateTime EndsAt)?> RefreshAsync(Channel channel, string token, MetaAccount account, CancellationToken cancellation)
        => TokenAsync(channel, token, account, "refresh_access_token?grant_type=ig_refresh_token", cancellation);

    /// <summary>Instagram's exchange of a token of an hour, as its sign-in gives it, for one of 60 days.</summary>
    /// <seealso href="https://developers.facebook.com/docs/instagram-platform/reference/access_token"/>
    internal Task<(string Token, DateTime EndsAt)?> ExchangeAsync(Channel channel, string token, string appSecret, MetaAccount account, CancellationToken cancellation)
        => TokenAsync(channel, token, account, $"access_token?grant_type=ig_exchange_token&client_secret={Uri.EscapeDataString(appSecret)}", cancellation);

    private async Task<(string Token, DateTime EndsAt)?> TokenAsync(Channel channel, string token, MetaAccount account, string path, CancellationToken cancellation)
    {
        var (answer, problem) = await CallAsync(HttpMethod.Get, channel, token, account, path, cancellation, versioned: false);
        return problem is null && answer.At("access_token").Text() is { Length: > 0 } fresh && answer.At("expires_in").TryGetInt64(out var seconds) && seconds is > 0 and < 400L * 86_400
            ? (fresh, clock.GetUtcNow().UtcDateTime.AddSeconds(seconds))
            : null;
    }

    /// <summary>Who a customer is; the first of the fields that is there.</summary>
    /// <seealso href="https://developers.facebook.com/docs/messenger-platform/identity/user-profile"/>
    internal async Task<string?> NameOfAsync(Channel channel, string? token, MetaAccount account, string customer, string[] fields, CancellationToken cancellation)
    {
        var answer = await FieldsAsync(channel, token, account, Uri.EscapeDataString(customer), fields, cancellation);
        return fields.Select(field => answer.At(field).Text()?.Trim()).FirstOrDefault(name => name is { Length: > 0 });
    }

    /// <summary>Reads what is good to know and nothing depends on.</summary>
    /// <returns>Undefined where the platform does not answer, or does not know a field.</returns>
    internal async Task<JsonElement> FieldsAsync(Channel channel, string? token, MetaAccount account, string path, string[] fields, CancellationToken cancellation)
        => token is { Length: > 0 } ? (await CallAsync(HttpMethod.Get, channel, token, account, $"{path}?fields={string.Join(',', fields)}", cancellation)).Answer : default;

    /// <param name="app">Ours; null where it is not known, and each that is subscribed counts as ours.</param>
    private async Task<(bool ToMessages, bool ToAll)?> IsSubscribedAsync(Channel channel, string token, MetaAccount account, string? app, CancellationToken cancellation)
    {
        if (account.Subscription is null)
        {
            return null;
        }

        var (answer, problem) = await CallAsync(HttpMethod.Get, channel, token, account, $"{account.Subscription}/subscribed_apps", cancellation);
        if (problem is not null || answer.At("data").ValueKind != JsonValueKind.Array)
        {
            return null;
        }

        var ours = answer.At("data").Items().Where(one => app is null || (one.At("id").Id() ?? one.At("whatsapp_business_api_data").At("id").Id()) is not { } id || id == app).ToList();
        var fields = ours.SelectMany(one => one.At("subscribed_fields").Items()).Select(field => field.Text() ?? field.At("name").Text()).ToHashSet();
        // Of what it is subscribed to, messages are what nothing works without.
        return account.Fields.Count == 0 ? (ours.Count > 0, ours.Count > 0) : (fields.Contains("messages"), account.Fields.All(fields.Contains));
    }

    /// <returns>When the token ends, null: never or not told; and whose it is.</returns>
    private async Task<(DateTime? EndsAt, string? App)> InspectAsync(Channel channel, string token, MetaAccount account, CancellationToken cancellation)
    {
        if (!account.HasTokenInspection)
        {
            return (null, null);
        }

        var (answer, _) = await CallAsync(HttpMethod.Get, channel, token, account, $"debug_token?input_token={Uri.EscapeDataString(token)}", cancellation);
        DateTime? endsAt = answer.At("data").At("expires_at") is { ValueKind: JsonValueKind.Number } end && end.TryGetInt64(out var seconds) && seconds is > 0 and < 253_402_300_800
            ? DateTimeOffset.FromUnixTimeSeconds(seconds).UtcDateTime
            : null;
        return (endsAt, answer.At("data").At("app_id").Id());
    }

    private async Task<(JsonElement Answer, string? Problem)> CallAsync(
        HttpMethod method, Channel channel, string token, MetaAccount account, string path, CancellationToken cancellation, bool versioned = true)
    {
        try
        {
            using var request = new HttpRequestMessage(method, new Uri($"{own.GraphOf(channel, account.Host)}/{(versioned ? $"{options.Value.ApiVersion}/" : "")}{path}"));
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
            using var response = await http.SendAsync(request, cancellation);
            var body = await response.Content.ReadAsByteArrayAsync(cancellation);
            if (!response.IsSuccessStatusCode)
            {
                return (default, MetaAnswer.Read(account.Name, (int)response.StatusCode, body, null) switch
                {
                    SendResult.Refused refused => refused.Detail,
                    SendResult.Retry { Code: "http_429" } or SendResult.Retry { PausesChannel: true } => $"{account.Name} takes no more calls for the moment. Try again later.",
                    _ => $"{account.Name} does not answer as it should. Try again later.",
                });
            }

            using var document = JsonText.Parse(body);
            return (document.RootElement.Clone(), null);
        }
        catch (Exception error) when (error is HttpRequestException or IOException or FormatException or InvalidOperationException or UnreadableDeliveryException
            || (error is OperationCanceledException && !cancellation.IsCancellationRequested))
        {
            NotAsked(channel.Id, error.Message);
            return (default, $"{account.Name} could not be reached.");
        }
    }

    [LoggerMessage(LogLevel.Warning, "The platform of channel {ChannelId} was not asked about its account: {Why}")]
    private partial void NotAsked(long channelId, string why);
}
