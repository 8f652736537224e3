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

    /// <summary>A line that keeps each value until the next point, to whole pixels.</summary>
    public static string Steps(IReadOnlyList<Point> points)
    {
        var path = new StringBuilder();
        var last = new Point(double.NaN, double.NaN);
        foreach (Point point in points.Select(point => new Point(Math.Round(point.X), Math.Round(point.Y))))
        {
            if (path.Length == 0)
                path.Append('M').Append(Px.Pair(point.X, point.Y));
            else if (point.Y != last.Y)
                path.Append('H').Append(Px.Of(point.X)).Append('V').Append(Px.Of(point.Y));
            last = point;
        }
        if (path.Length > 0)
            path.Append('H').Append(Px.Of(last.X));
        return path.ToString();
    }
}
