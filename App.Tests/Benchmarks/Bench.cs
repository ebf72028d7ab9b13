namespace Inbox.Tests.Benchmarks;

/// <summary><c>bench NAME</c>: one line a figure, and the ratio to a bare baseline measured in the same run.</summary>
internal static class Bench
{
    public static async Task<int> RunAsync(string[] arguments)
    {
        switch (arguments)
        {
            case ["webhooks", "--mix", .. var rest]:
                return await MixBench.RunAsync(new Arguments(rest));
            case ["webhooks", .. var rest]:
                return await WebhookBench.RunAsync(new Arguments(rest));
            case ["live", .. var rest]:
                return await LiveBench.RunAsync(new Arguments(rest));
            case ["api", .. var rest]:
                return await ApiBench.RunAsync(new Arguments(rest));
            case ["send", .. var rest]:
                return await SendBench.RunAsync(new Arguments(rest));
            case ["thread", .. var rest]:
                return await ThreadBench.RunAsync(new Arguments(rest));
            case ["audit", .. var rest]:
                return await AuditBench.RunAsync(new Arguments(rest));
            default:
                Console.Error.WriteLine("""
                    bench webhooks [--seconds 20] [--hold 60] [--connections 256]   webhooks acknowledged and processed per second
                    bench webhooks --mix [--seconds 20] [--connections 256]        the same of all kinds, beside texts alone
                    bench live [--seconds 20] [--rate 50]                          from a webhook to the message in Chromium
                    bench api [--conversations 10000] [--seconds 10] [--rounds 3]  lists and sign-ins of the API, and what checking rights costs
                    bench send [--seconds 15]                                      queued messages sent per second
                    bench thread [--messages 10000]                                opening and scrolling a long conversation
                    bench audit [--rows 60000]                                     rows of the audit trail verified per second
                    """);
                return 2;
        }
    }
}
