using System.Globalization;

namespace Inbox.Tests.Benchmarks;

/// <summary><c>--name value</c> pairs of a command line.</summary>
internal sealed class Arguments(IReadOnlyList<string> all)
{
    public string Text(string name, string otherwise)
    {
        for (var i = 0; i + 1 < all.Count; i++)
        {
            if (all[i] == "--" + name)
            {
                return all[i + 1];
            }
        }

        return otherwise;
    }

    public int Number(string name, int otherwise) => int.Parse(Text(name, otherwise.ToString(CultureInfo.InvariantCulture)), CultureInfo.InvariantCulture);
}
