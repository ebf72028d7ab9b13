namespace Inbox.Data;

/// <summary>The program cannot start as it is set up: each problem is printed as a sentence, without a stack trace.</summary>
public sealed class StartRefusedException(IReadOnlyList<string> problems) : Exception(string.Join(' ', problems))
{
    public StartRefusedException(string problem) : this([problem])
    {
    }

    public IReadOnlyList<string> Problems { get; } = problems;
}
