namespace IoMerge.Mount.Fuse.Memory;

/// <summary>Who lent the memory that the data of a write lies in.</summary>
internal abstract class PayloadOwner
{
    /// <summary>Gives one payload back, once. Any thread.</summary>
    /// <param name="address">Its first byte.</param>
    public abstract void Release(nint address);
}
