using System.Text;
using IoMerge.Benchmark.Html.Layout;

namespace IoMerge.Benchmark.Html.Charts;

/// <summary>Points as the path of a line.</summary>
internal static class LinePath
{
    /// <summary>A line from point to point; empty for no points.</summary>
    public static string Of(IReadOnlyList<Point> points)
    {
        var path = new StringBuilder();
        for (int i = 0; i < points.Count; i++)
            path.Append(i == 0 ? 'M' : 'L').Append(Px.Pair(points[i].X, points[i].Y));
        return path.ToString();
    }

    /// <summary>A line that keeps each value until the next point.</summary>
    public static string Steps(IReadOnlyList<Point> points)
    {
        var path = new StringBuilder();
        for (int i = 0; i < points.Count; i++)
        {
            if (i == 0)
                path.Append('M').Append(Px.Pair(points[i].X, points[i].Y));
            else
                path.Append('H').Append(Px.Of(points[i].X)).Append('V').Append(Px.Of(points[i].Y));
        }
        return path.ToString();
    }
}
