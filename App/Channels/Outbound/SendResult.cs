namespace Inbox.Channels.Outbound;

/// <summary>What the platform made of a send.</summary>
public abstract record SendResult
{
    private SendResult()
    {
    }

    /// <summary>The platform took it and gave it this id.</summary>
    /// <param name="To">The address as the platform writes it, which may be another form of the one that was given.</param>
    public sealed record Sent(string ExternalId, string? To = null) : SendResult;

    /// <summary>The platform will not take it: final.</summary>
    /// <param name="Code">The platform's code, or a word of ours.</param>
    /// <param name="StopsChannel">Nothing can be sent over this account until a person acts (token, billing, ban).</param>
    /// <param name="TemplateWrong">The platform has another idea of the template than we have: it is asked for its templates.</param>
    public sealed record Refused(string Code, string Detail, bool StopsChannel = false, bool TemplateWrong = false) : SendResult;

    /// <summary>It was surely not taken, and may be later.</summary>
    /// <param name="After">Null: by the schedule of the attempts.</param>
    /// <param name="PausesChannel">A limit of the account, not of this message.</param>
    /// <param name="Outage">The platform itself is away: too many of these and the channel rests.</param>
    /// <param name="AtMost">More attempts than these are pointless; null: the whole schedule.</param>
    /// <param name="NeedsPerson">The account's standing is at risk: who looks after channels should know.</param>
    public sealed record Retry(
        string Code, string Detail, TimeSpan? After = null, bool PausesChannel = false, bool Outage = false, int? AtMost = null, bool NeedsPerson = false) : SendResult;

    /// <summary>The request went out and the answer did not come or made no sense. Never sent again by itself.</summary>
    public sealed record Unknown(string Detail) : SendResult;
}
