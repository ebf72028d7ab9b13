using System.Globalization;
using Inbox.Conversations;
using Microsoft.AspNetCore.Http;

namespace Inbox.Tests.Channels.Outbound;

/// <summary>What a platform does that it should not.</summary>
/// <param name="Taken">It has delivered the message all the same.</param>
/// <param name="Ends">How the message ends by it; null: it is sent again.</param>
/// <param name="Code">The error that is shown with the message where it fails by it.</param>
internal sealed record GraphFault(string Name, bool Taken, MessageStatus? Ends, Func<HttpContext, Task> AnswerAsync, string? Code = null)
{
    /// <summary>One for each way a platform has to fail. The codes are those of the documented groups, with the HTTP statuses under which they are seen, for these say nothing.</summary>
    public static IReadOnlyList<GraphFault> All { get; } =
    [
        // Away for now: sent again later.
        Again("unknown error", 1, 500), Again("temporarily down", 2, 503), Again("something went wrong", 131000, 500), Again("busy", 131016), Again("in maintenance", 131057),
        Again("server unavailable", 133004, 503), Again("wait a moment", 133015), Again("cannot be sent now", 134101),
        // Limits: the number rests.
        Again("too many calls", 4, 403), Again("account's limit", 80007), Again("too fast", 130429, 429), Again("too many to one customer", 131056), Again("too many to one customer, as others tell", 131056, 403),
        Again("turned away", StatusCodes.Status429TooManyRequests, context => Page(context, 429)),
        // The account's standing is at risk.
        Again("spam limit", 131048), Again("limited", 131064), Again("registered too often", 133016),
        // Not before tomorrow.
        Fails("marketing cap", 131049),
        // A person must act: the number sends nothing more until then.
        Fails("no sign-in", 0, 401), Fails("capability", 3, 403), Fails("permission", 10, 403), Fails("token ended", 190, 401), Fails("permission not granted", 200, 403), Fails("permission of another kind", 299, 403),
        Fails("policy", 368, 403), Fails("locked", 131031, 403), Fails("payment", 131042), Fails("country", 130497), Fails("not registered", 131045, 500), Fails("never registered", 133010),
        // This customer cannot get it.
        Fails("undeliverable", 131026), Fails("to itself", 131021), Fails("not on the list of testers", 131030), Fails("wants no marketing", 131050), Fails("restricted", 130403, 403), Fails("experiment", 130472), Fails("number is hidden", 131062),
        Fails("window is closed", 131047),
        // Our request is wrong.
        Fails("no such number", 33), Fails("parameter", 100), Fails("denied", 131005, 403), Fails("parameter is missing", 131008), Fails("parameter is wrong", 131009), Fails("name is not approved", 131037),
        Fails("type", 131051), Fails("media download", 131052), Fails("media upload", 131053), Fails("method", 131055), Fails("format", 131063), Fails("not allowed", 134011), Fails("settings", 134100), Fails("feature", 134102), Fails("generic", 135000),
        // The template is wrong.
        Fails("template's values", 132000), Fails("no such template", 132001, 404), Fails("template is too long", 132005), Fails("template's policy", 132007), Fails("template's format", 132012), Fails("template is paused", 132015),
        Fails("template is disabled", 132016), Fails("template's parameters", 132018), Fails("flow is blocked", 132068), Fails("flow is throttled", 132069), Fails("template is refused", 2388040),
        // A code that nobody wrote down.
        Fails("new error", 139999), Unknown("new error of theirs", taken: true, context => ErrorAsync(context, 139998, 500)),
        // Something on the way, and nobody knows how far it came.
        Unknown("a page of HTML", taken: false, context => Page(context, 502)),
        Unknown("a page of HTML, and taken", taken: true, context => Page(context, 504)),
        Unknown("a page of HTML as if all were well, and taken", taken: true, context => Page(context, 200)),
        Unknown("garbage, and taken", taken: true, context => context.Response.WriteAsync("{\"messages\":[{\"ID\":")),
        Unknown("nothing, and taken", taken: true, _ => Task.CompletedTask),
        Unknown("closed before the answer", taken: false, CloseAsync),
        Unknown("closed before the answer, and taken", taken: true, CloseAsync),
        Unknown("closed within the answer, and taken", taken: true, HalfAsync),
        Unknown("no answer", taken: false, HangAsync),
        Unknown("no answer, and taken", taken: true, HangAsync),
        Unknown("no end of the answer, and taken", taken: true, HalfAndHangAsync),
    ];

    private static GraphFault Again(string name, int code, int status = 400) => new(name, Taken: false, Ends: null, context => ErrorAsync(context, code, status));

    private static GraphFault Again(string name, int status, Func<HttpContext, Task> answer) => new($"{name} with {status.ToString(CultureInfo.InvariantCulture)}", Taken: false, Ends: null, answer);

    private static GraphFault Fails(string name, int code, int status = 400)
        => new(name, Taken: false, MessageStatus.Failed, context => ErrorAsync(context, code, status), code.ToString(CultureInfo.InvariantCulture));

    private static GraphFault Unknown(string name, bool taken, Func<HttpContext, Task> answer) => new(name, taken, MessageStatus.Unknown, answer);

    private static Task ErrorAsync(HttpContext context, int code, int status)
    {
        context.Response.StatusCode = status;
        return context.Response.WriteAsJsonAsync(new { error = new { message = $"(#{code}) Error", type = "OAuthException", code, error_data = new { messaging_product = "whatsapp", details = "What is wrong." }, fbtrace_id = "A1" } });
    }

    private static Task Page(HttpContext context, int status)
    {
        (context.Response.StatusCode, context.Response.ContentType) = (status, "text/html");
        return context.Response.WriteAsync("<html><body>Bad gateway</body></html>");
    }

    private static Task CloseAsync(HttpContext context)
    {
        context.Abort();
        return Task.CompletedTask;
    }

    private static async Task HalfAsync(HttpContext context)
    {
        await HalfOfAnswerAsync(context);
        context.Abort();
    }

    private static async Task HalfAndHangAsync(HttpContext context)
    {
        await HalfOfAnswerAsync(context);
        await HangAsync(context);
    }

    private static async Task HalfOfAnswerAsync(HttpContext context)
    {
        (context.Response.ContentType, context.Response.ContentLength) = ("application/json", 200);
        await context.Response.WriteAsync("{\"messaging_product\":\"whatsapp\",\"contacts\":[{\"input\":");
        await context.Response.Body.FlushAsync();
    }

    /// <summary>Until the other side has had enough.</summary>
    private static async Task HangAsync(HttpContext context)
        => await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
}
