namespace IoMerge.Mount.Mounting;

/// <summary>
/// Something could not be mounted or unmounted. The message names the thing, the cause and the way out.
/// </summary>
internal sealed class MountException(string message) : Exception(message);
