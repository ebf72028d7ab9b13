namespace Inbox.Audit;

/// <summary>What is wrong at a place of a chain.</summary>
public enum AuditProblem
{
    /// <summary>The row is not what was signed: changed, or never written by this installation.</summary>
    Edited,

    /// <summary>Rows between two others, or the first ones, are not there.</summary>
    Missing,

    /// <summary>The row was signed for another place.</summary>
    Moved,

    /// <summary>The row does not follow the one before it.</summary>
    Unlinked,

    /// <summary>Rows at the end are not there.</summary>
    CutOff,

    /// <summary>The row that says where the chain ends is missing or not what was signed.</summary>
    WrongTip,

    /// <summary>Personal data were removed without the row that says so.</summary>
    Erased,

    /// <summary>The key that signed the row is not here.</summary>
    UnknownKey,

    /// <summary>Writing found the end of the chain tampered with, and went on.</summary>
    Repaired,

    /// <summary>The chain is another one than when it was anchored outside.</summary>
    Rewritten,
}

/// <param name="Sequence">The place; of several rows the first.</param>
/// <param name="Until">The last of several rows, else the same.</param>
/// <param name="Other">For a moved row, the place that it was signed for.</param>
public sealed record AuditFinding(AuditProblem Problem, long Sequence, long Until, long? Other = null)
{
    /// <summary>A sentence for the command line and logs; screens have their own.</summary>
    public string Sentence => Problem switch
    {
        AuditProblem.Edited => $"row {Sequence} was changed or forged",
        AuditProblem.Missing => $"{Rows} missing",
        AuditProblem.Moved => $"row {Sequence} was signed as row {Other}: rows were reordered",
        AuditProblem.Unlinked => $"row {Sequence} does not follow row {Sequence - 1}",
        AuditProblem.CutOff => $"{Rows} at the end missing",
        AuditProblem.WrongTip => $"the stored end of the chain does not fit; the last row is {Sequence}",
        AuditProblem.Erased => $"row {Sequence} lost its personal data without a row that says so",
        AuditProblem.UnknownKey => $"row {Sequence} was signed with a key that is not here",
        AuditProblem.Repaired => $"at row {Sequence} writing found the end of the chain tampered with",
        AuditProblem.Rewritten => $"row {Sequence} is another one than was anchored",
        _ => Problem.ToString(),
    };

    private string Rows => Sequence == Until ? $"row {Sequence} is" : $"rows {Sequence} to {Until} are";
}

/// <summary>What verifying one chain found.</summary>
/// <param name="Rows">How many were read.</param>
/// <param name="Erased">How many have had their personal data erased, as the chain itself says.</param>
/// <param name="Findings">The first <see cref="AuditVerification.MostFindings"/>.</param>
/// <param name="Problems">How many there are in all.</param>
/// <param name="LastHash">Of the last row, hex: what to compare with a note kept elsewhere.</param>
public sealed record AuditReport(long TenantId, long Rows, long Erased, IReadOnlyList<AuditFinding> Findings, int Problems, string? LastHash)
{
    public bool IsWhole => Problems == 0;
}
