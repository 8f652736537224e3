using IoMerge.Backends;
using IoMerge.Mount.Volumes;

namespace IoMerge.Mount.Fuse;

/// <summary>Changes settings of volumes while they are served, with requests queued and in flight.</summary>
public interface IVolumeTuner
{
    /// <summary>
    /// Changes all of these volumes, or none. Called by readers, several at a time: must be quick and wait for nobody.
    /// </summary>
    /// <param name="volumes">The volumes, one at least.</param>
    /// <param name="settings">Lines of KEY=VALUE, as somebody has sent them: anything may be in it.</param>
    /// <param name="uid">The user who asks; he may, that was checked.</param>
    /// <param name="pid">His process, for messages.</param>
    /// <returns>Success, or EINVAL for settings that are not allowed.</returns>
    Errno Tune(ReadOnlySpan<Volume> volumes, string settings, uint uid, uint pid);
}
