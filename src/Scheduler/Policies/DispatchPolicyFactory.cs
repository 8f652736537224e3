namespace IoMerge.Scheduler;

/// <summary>
/// From the name in the configuration to the policy: those of the house, and those that a program adds with
/// <see cref="Register"/>. One table for the whole process. Thread-safe.
/// </summary>
public static class DispatchPolicyFactory
{
    private static readonly Lock RegisterLock = new();

    // Replaced as a whole, never changed: readers take no lock.
    private static volatile Maker[] s_makers =
    [
        new(DispatchPolicies.None, _ => new NonePolicy()),
        new(DispatchPolicies.Fifo, _ => new FifoPolicy()),
        new(DispatchPolicies.Scan, options => new ScanPolicy(options.Scan)),
        new(DispatchPolicies.Deadline, options => new DeadlinePolicy(options.Deadline)),
    ];

    /// <summary>
    /// The names that are known at this moment: those of the house in the order of the documentation, then the
    /// registered ones in the order of their registration.
    /// </summary>
    public static IReadOnlyList<string> Names => [.. s_makers.Select(maker => maker.Name)];

    /// <summary>True when a policy of that name exists; case does not matter.</summary>
    public static bool IsKnown(string name) => Find(name) is not null;

    /// <summary>
    /// Makes a policy selectable by name, for every scheduler of the process that is created or reconfigured from then
    /// on. It cannot be taken back.
    /// </summary>
    /// <param name="name">What <see cref="SchedulerOptions.Policy"/> will say; case does not matter there.</param>
    /// <param name="make">
    /// Makes a new policy from the options, one for each scheduler: a policy has state and must not be shared. May be
    /// called on any thread, by several at once.
    /// </param>
    /// <exception cref="ArgumentException">The name is empty or blank, or a policy of that name exists.</exception>
    public static void Register(string name, Func<SchedulerOptions, IDispatchPolicy> make)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        ArgumentNullException.ThrowIfNull(make);
        lock (RegisterLock)
        {
            if (IsKnown(name))
            {
                throw new ArgumentException(
                    $"There is a dispatch policy \"{name}\" already; choose another name.", nameof(name));
            }
            s_makers = [.. s_makers, new Maker(name, make)];
        }
    }

    /// <summary>Makes the policy that the options name.</summary>
    /// <exception cref="ArgumentException">The name is not known; the message lists those that are.</exception>
    /// <exception cref="InvalidOperationException">The registered function returned null.</exception>
    public static IDispatchPolicy Create(SchedulerOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        Maker maker = Find(options.Policy) ?? throw new ArgumentException(
            $"There is no dispatch policy \"{options.Policy}\"; there are {string.Join(", ", Names)}.",
            nameof(options));
        return maker.Make(options) ?? throw new InvalidOperationException(
            $"What was registered as dispatch policy \"{maker.Name}\" returned null instead of a policy.");
    }

    private static Maker? Find(string name) => Array.Find(
        s_makers, maker => string.Equals(maker.Name, name, StringComparison.OrdinalIgnoreCase));

    private sealed record Maker(string Name, Func<SchedulerOptions, IDispatchPolicy> Make);
}
