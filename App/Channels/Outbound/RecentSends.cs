namespace Inbox.Channels.Outbound;

/// <param name="SuccessRate">0 to 1: what the platform took of the last sends; null while there was none.</param>
/// <param name="P95">The time within which 95 of 100 of them were answered.</param>
/// <param name="LastError">Null when none failed lately.</param>
public sealed record SendFigures(double? SuccessRate, TimeSpan? P95, SendError? LastError);

/// <param name="Code">The platform's code, or a word of ours.</param>
public sealed record SendError(string Code, string Detail, DateTime At);

/// <summary>The last sends of one channel in this process. A look-out: the attempts themselves are in the database.</summary>
internal sealed class RecentSends
{
    private const int Kept = 200;

    private readonly Queue<(bool Taken, TimeSpan Took)> _sends = new(Kept);
    private SendError? _lastError;

    public SendFigures Figures
    {
        get
        {
            lock (_sends)
            {
                if (_sends.Count == 0)
                {
                    return new SendFigures(null, null, _lastError);
                }

                var times = _sends.Select(send => send.Took).Order().ToList();
                return new SendFigures(_sends.Count(send => send.Taken) / (double)_sends.Count, times[(int)Math.Ceiling(times.Count * 0.95) - 1], _lastError);
            }
        }
    }

    public void Add(SendResult result, TimeSpan took, DateTime at)
    {
        lock (_sends)
        {
            if (_sends.Count == Kept)
            {
                _sends.Dequeue();
            }

            _sends.Enqueue((result is SendResult.Sent, took));
            _lastError = result switch
            {
                SendResult.Refused refused => new SendError(refused.Code, refused.Detail, at),
                SendResult.Retry retry => new SendError(retry.Code, retry.Detail, at),
                SendResult.Unknown unknown => new SendError("unknown", unknown.Detail, at),
                _ => _lastError,
            };
        }
    }
}
