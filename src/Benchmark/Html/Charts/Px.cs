using System.Globalization;

namespace IoMerge.Benchmark.Html.Charts;

/// <summary>Coordinates as SVG wants them.</summary>
internal static class Px
{
    /// <summary>A coordinate to a tenth of a pixel; 0 for what is no number.</summary>
    public static string Of(double value) =>
        double.IsFinite(value) ? Math.Round(value, 1).ToString("0.#", CultureInfo.InvariantCulture) : "0";

    /// <summary>Two coordinates of a path.</summary>
    public static string Pair(double x, double y) => Of(x) + " " + Of(y);

    /// <summary>A text cut to a width in pixels, for a font of 12 pixels.</summary>
    public static string Fit(string text, double width)
    {
        // Letters of a system font are about half as wide as the font is high.
        int letters = (int)Math.Max(3, width / 6.4);
        return text.Length <= letters ? text : text[..(letters - 1)].TrimEnd() + "…";
    }
}
