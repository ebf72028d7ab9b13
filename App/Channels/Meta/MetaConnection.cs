using System.Text.Json;
using Inbox.Tenancy;

namespace Inbox.Channels.Meta;

/// <summary>How an account of the Meta platform is connected: a token to send, a secret to verify, a word for the check of the address.</summary>
public sealed class MetaConnection(ChannelCredentials credentials, MetaSignature signature, TimeProvider clock)
{
    private const int LongestSecret = 1000;

    private static readonly TimeSpan PreviousLasts = TimeSpan.FromDays(1);

    public static IReadOnlyList<ChannelField> Fields { get; } =
    [
        new("access_token", IsSecret: true, IsRequired: true),
        new("app_secret", IsSecret: true, IsRequired: false),
        new("verify_token", IsSecret: true, IsRequired: false, IsMadeHere: true),
    ];

    /// <summary>Puts the credentials on the channel; those that are not given stay.</summary>
    /// <exception cref="RefusedException">invalid_value, with the field.</exception>
    public void Apply(Channel channel, IReadOnlyDictionary<string, JsonElement> values)
    {
        var known = credentials.Read<MetaCredentials>(channel) ?? new MetaCredentials();
        var given = known with
        {
            AccessToken = Text(values, "access_token") ?? known.AccessToken,
            AppSecret = Text(values, "app_secret") ?? known.AppSecret,
            VerifyToken = Text(values, "verify_token") ?? known.VerifyToken,
        };
        if (known.AppSecret is { } before && before != given.AppSecret)
        {
            given = given with { PreviousAppSecret = before, PreviousUntil = clock.GetUtcNow().UtcDateTime + PreviousLasts };
        }

        if (given.AppSecret is null && !signature.HasInstallationSecret)
        {
            // Without one nobody could tell a genuine webhook from a forged one.
            throw new RefusedException("invalid_value", "The app secret is missing. Without it a forged webhook could not be told from a genuine one.", field: "app_secret");
        }

        credentials.Write(channel, given);
        channel.HasOwnSecret = given.AppSecret is not null;
    }

    /// <returns>Null where the value is not given.</returns>
    /// <exception cref="RefusedException">invalid_value: it is no text, or too long.</exception>
    public static string? Text(IReadOnlyDictionary<string, JsonElement> values, string name, int longest = LongestSecret)
        => !values.TryGetValue(name, out var value) || value.ValueKind == JsonValueKind.Null || value.ToString().Trim() is not { Length: > 0 } text ? null
            : value.ValueKind == JsonValueKind.String && text.Length <= longest ? text
            : throw new RefusedException("invalid_value", $"{name} is a text of at most {longest} characters.", field: name);
}
