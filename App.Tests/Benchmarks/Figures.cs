using System.Globalization;

namespace Inbox.Tests.Benchmarks;

/// <summary>Prints one line a figure and remembers whether all goals were met.</summary>
internal sealed class Figures
{
    public bool AllMet { get; private set; } = true;

    public static void Line(string name, double value, string unit) => Console.WriteLine($"{name,-46} {Format(value),10} {unit}");

    public void Goal(string name, double value, string unit, bool met, string goal)
    {
        AllMet &= met;
        Console.WriteLine($"{name,-46} {Format(value),10} {unit,-8} goal {goal}: {(met ? "pass" : "FAIL")}");
    }

    public static double Percentile(IReadOnlyList<double> sorted, double share)
        => sorted.Count == 0 ? 0 : sorted[Math.Min(sorted.Count - 1, (int)Math.Ceiling(sorted.Count * share) - 1)];

    private static string Format(double value)
        => value.ToString(value >= 100 ? "#,0" : "0.00", CultureInfo.InvariantCulture);
}
