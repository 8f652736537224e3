namespace IoMerge.Benchmark.Html.Layout;

/// <summary>A mark on an axis.</summary>
/// <param name="Value">The value it stands at.</param>
/// <param name="Position">Pixels from the start of the axis.</param>
internal readonly record struct Tick(double Value, double Position);

/// <summary>
/// An axis: where values lie on a stretch of pixels, and which values deserve a mark. Immutable. Values outside, and
/// what is no number, land at the nearer end, so that a chart never draws outside itself.
/// </summary>
internal sealed class Scale
{
    private readonly Func<double, double> _transform;
    private readonly double _from;
    private readonly double _to;

    private Scale(Func<double, double> transform, double low, double high, double pixels, double[] marks)
    {
        _transform = transform;
        _from = transform(low);
        _to = transform(high);
        (Low, High, Pixels) = (low, high, pixels);
        Ticks = [.. marks.Select(value => new Tick(value, Map(value)))];
    }

    /// <summary>Value at the start.</summary>
    public double Low { get; }

    /// <summary>Value at the end.</summary>
    public double High { get; }

    /// <summary>Length of the axis.</summary>
    public double Pixels { get; }

    /// <summary>The marks, ascending.</summary>
    public IReadOnlyList<Tick> Ticks { get; }

    /// <summary>
    /// An axis from 0 to a little above the largest value, with marks at 1, 2 or 5 times a power of ten.
    /// </summary>
    /// <param name="max">Largest value; anything not above 0 gives an axis to 1.</param>
    /// <param name="pixels">Length of the axis.</param>
    /// <param name="wanted">About how many marks beyond 0.</param>
    public static Scale Linear(double max, double pixels, int wanted = 4)
    {
        if (!double.IsFinite(max) || max <= 0)
            max = 1;
        double step = NiceStep(max / wanted);
        // The last mark may stay below the end: an axis to twice the largest value would waste half the picture.
        double high = max <= step * Math.Floor(max / step) * 1.0001 ? step * Math.Floor(max / step) : max * 1.04;
        var marks = new List<double>();
        for (int i = 0; i * step <= high * 1.0001; i++)
            marks.Add(i * step);
        return new Scale(value => value, 0, high, pixels, [.. marks]);
    }

    /// <summary>An axis of powers of ten around the values, at least one decade long.</summary>
    /// <param name="min">Smallest value above 0.</param>
    /// <param name="max">Largest value.</param>
    /// <param name="pixels">Length of the axis.</param>
    public static Scale Logarithmic(double min, double max, double pixels)
    {
        if (!double.IsFinite(min) || min <= 0)
            min = 1;
        if (!double.IsFinite(max) || max < min)
            max = min;
        int low = (int)Math.Floor(Math.Log10(min) + 1e-9);
        int high = Math.Max(low + 1, (int)Math.Ceiling(Math.Log10(max) - 1e-9));
        var marks = new List<double>();
        for (int power = low; power <= high; power++)
            marks.Add(Math.Pow(10, power));
        return new Scale(value => Math.Log10(Math.Max(value, double.Epsilon)), marks[0], marks[^1], pixels, [.. marks]);
    }

    /// <summary>
    /// An axis of fractions that gives each further nine the same room (0, 90, 99, 99.9 %): the tail of a distribution
    /// is where waiting hurts, and a straight axis hides it in the last pixel.
    /// </summary>
    /// <param name="nines">Nines at the end of the axis, at least 1.</param>
    /// <param name="pixels">Length of the axis.</param>
    public static Scale Nines(int nines, double pixels)
    {
        nines = Math.Max(1, nines);
        double[] marks =
            [0, 0.5, .. Enumerable.Range(1, nines).Select(nine => 1 - Math.Pow(10, -nine))];
        return new Scale(fraction => -Math.Log10(Math.Max(1 - fraction, 1e-12)), 0, marks[^1], pixels, marks);
    }

    /// <summary>Pixels from the start of the axis, 0 to <see cref="Pixels"/>.</summary>
    public double Map(double value)
    {
        if (double.IsNaN(value))
            return 0;
        double part = (_transform(Math.Clamp(value, Low, High)) - _from) / (_to - _from);
        return double.IsFinite(part) ? Math.Clamp(part, 0, 1) * Pixels : 0;
    }

    /// <summary>The smallest of 1, 2, 5 times a power of ten that is not below the value.</summary>
    public static double NiceStep(double value)
    {
        double power = Math.Pow(10, Math.Floor(Math.Log10(value)));
        double[] steps = [power, 2 * power, 5 * power];
        double nice = Array.Find(steps, step => step >= value * 0.9999);
        return nice > 0 ? nice : 10 * power;
    }
}
