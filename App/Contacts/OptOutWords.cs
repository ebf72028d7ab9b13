using System.Collections.Frozen;

namespace Inbox.Contacts;

/// <summary>
/// Words by which people say that they want no more messages, or want them again. A message counts when it says nothing
/// else: "stop" does, "stop by at five" does not. Words that customers of a shop use for other things (cancel, end, no) are
/// left out.
/// </summary>
public static class OptOutWords
{
    private const int Longest = 40;

    private static readonly FrozenSet<string> Out = new[]
    {
        "stop", "stop all", "stopall", "unsubscribe", "opt out", "optout", "opt-out", "remove me",   // en; stop is understood everywhere
        "stopp", "abmelden", "abbestellen", "austragen",   // de, nl
        "afmelden", "uitschrijven",
        "arrêt", "arret", "arrêter", "désabonner", "desabonner", "se désabonner",   // fr
        "baja", "darme de baja", "cancelar suscripción", "cancelar suscripcion",   // es
        "parar", "pare", "sair", "descadastrar", "cancelar inscrição", "cancelar inscricao",   // pt
        "fermare", "disiscrivimi", "annulla iscrizione",   // it
        "wypisz", "rezygnuję", "rezygnuje",   // pl
        "dur", "iptal aboneliği", "çık",   // tr
        "стоп", "отписаться", "відписатися",   // ru, uk
        "إيقاف", "ايقاف", "توقف", "إلغاء الاشتراك", "الغاء الاشتراك",   // ar
        "הסר", "הסירו אותי",   // he
        "لغو",   // fa
        "रोकें", "बंद करो", "बंद करें",   // hi
        "berhenti", "berhenti langganan",   // id, ms
        "退订", "退訂", "配信停止", "수신거부",   // zh, ja, ko
    }.ToFrozenSet(StringComparer.Ordinal);

    private static readonly FrozenSet<string> In = new[]
    {
        "start", "unstop", "subscribe", "opt in", "optin", "opt-in",
        "anmelden", "aanmelden", "s'abonner", "reprendre", "alta", "inscribirme", "inscrever", "iscrivimi", "zapisz", "başla",
        "старт", "подписаться", "підписатися", "اشتراك", "ابدأ", "הצטרף", "शुरू", "mulai", "订阅", "訂閱", "配信再開", "수신동의",
    }.ToFrozenSet(StringComparer.Ordinal);

    /// <returns>True: opts in; false: opts out; null: says something else.</returns>
    public static bool? Read(string? text)
    {
        // A long text is no command, and most messages are longer.
        if (text is not { Length: > 1 and <= Longest })
        {
            return null;
        }

        var words = string.Join(' ', text.ToLowerInvariant().Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))
            .Trim('.', '!', '?', ',', ';', ':', '"', '\'', '*', '„', '“', '”', '«', '»', '¡', '¿', '。', '！', ' ');
        return Out.Contains(words) ? false : In.Contains(words) ? true : null;
    }
}
