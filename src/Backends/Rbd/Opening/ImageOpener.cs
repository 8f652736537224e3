using System.Text;
using IoMerge.Backends.Rbd.Native;

namespace IoMerge.Backends.Rbd;

/// <summary>
/// Connects to the cluster and opens the image. Everything that can go wrong before the first operation goes wrong
/// here, within the time that is allowed, and with a sentence for a person.
/// </summary>
internal sealed class ImageOpener
{
    private readonly RbdBackendOptions _options;
    private readonly RbdName _name;
    private readonly OpenImage _image = new();
    private nint _cluster;
    private nint _context;

    private ImageOpener(RbdBackendOptions options, RbdName name)
    {
        _options = options;
        _name = name;
    }

    /// <exception cref="BackendOpenException">The image cannot be used; nothing stays open.</exception>
    internal static OpenImage Open(RbdBackendOptions options, RbdName name)
    {
        ImageOpener opener = new(options, name);
        try
        {
            opener.Configure();
            opener.Connect();
            opener.OpenImage();
            return opener._image;
        }
        catch
        {
            opener._image.Close();
            throw;
        }
    }

    private void Configure()
    {
        Check(OpenStage.Configuration, RadosCalls.rados_create(out _cluster, Optional(_options.Id)));
        _image.Own(_cluster);
        Check(OpenStage.Configuration, RadosCalls.rados_conf_read_file(_cluster, Optional(_options.Conf)));
        foreach ((string option, string value) in ClientSettings.For(_options))
        {
            // What an older Ceph does not know, it does not do either.
            int error = RadosCalls.rados_conf_set(_cluster, option, value);
            if (error != -Errno.ENOENT.Value)
                Check(OpenStage.Configuration, error);
        }
    }

    private void Connect()
    {
        // Ceph would look for a key in other places and then blame them.
        if (_options.Keyring.Length > 0 && !File.Exists(_options.Keyring))
            throw Refuse(OpenStage.Cluster, Errno.ENOENT);
        Check(OpenStage.Cluster, RadosCalls.rados_connect(_cluster));
        Check(OpenStage.Pool, RadosCalls.rados_ioctx_create(_cluster, _name.Pool, out _context));
        _image.OwnPool(_context);
        if (_name.Namespace.Length > 0)
            RadosCalls.rados_ioctx_set_namespace(_context, _name.Namespace);
    }

    private void OpenImage()
    {
        bool readOnly = _options.ReadOnly || _name.IsSnapshot;
        int error = TryOpen(readOnly, Optional(_name.Snapshot));
        if (error == -Errno.ENOENT.Value && _name.IsSnapshot && TryOpen(readOnly, null) >= 0)
            throw Refuse(OpenStage.Snapshot, Errno.ENOENT);
        Check(OpenStage.Image, error);
        Errno learnt = _image.Learn();
        Check(OpenStage.Facts, -learnt.Value);
        bool canLock = (_image.Facts.Features & RbdCalls.RBD_FEATURE_EXCLUSIVE_LOCK) != 0;
        if (!readOnly && canLock && _options.ExclusiveLock)
            Check(OpenStage.Lock, RbdCalls.rbd_lock_acquire(_image.Handle, RbdCalls.RBD_LOCK_MODE_EXCLUSIVE));
    }

    private int TryOpen(bool readOnly, string? snapshot)
    {
        int error = readOnly
            ? RbdCalls.rbd_open_read_only(_context, _name.Image, out nint image, snapshot)
            : RbdCalls.rbd_open(_context, _name.Image, out image, snapshot);
        if (error >= 0)
            _image.OwnImage(image);
        return error;
    }

    private void Check(OpenStage stage, int result)
    {
        if (result < 0)
            throw Refuse(stage, new Errno(-result));
    }

    private BackendOpenException Refuse(OpenStage stage, Errno error) =>
        new OpenErrors(_options, _name, Monitors()).Refuse(stage, error);

    private unsafe string Monitors()
    {
        const int Longest = 1024;
        Span<byte> value = stackalloc byte[Longest];
        fixed (byte* first = value)
        {
            if (_cluster == 0 || RadosCalls.rados_conf_get(_cluster, "mon_host", first, Longest) < 0)
                return "";
        }
        int end = value.IndexOf((byte)0);
        return Encoding.UTF8.GetString(value[..Math.Max(end, 0)]);
    }

    private static string? Optional(string text) => text.Length == 0 ? null : text;
}
