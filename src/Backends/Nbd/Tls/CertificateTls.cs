using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace IoMerge.Backends.Nbd;

/// <summary>TLS with certificates. Keys are read from files and told to nobody.</summary>
internal sealed class CertificateTls : ITls
{
    private const string AuthorityFile = "ca-cert.pem";
    private const string CertificateFile = "client-cert.pem";
    private const string KeyFile = "client-key.pem";

    private readonly SslClientAuthenticationOptions _options;

    /// <param name="folder">Folder with the files; empty for the system's authorities and no certificate.</param>
    /// <param name="hostname">Name that the server's certificate must be for.</param>
    /// <param name="verify">False to believe any server.</param>
    /// <exception cref="BackendOpenException">A file is missing or none.</exception>
    internal CertificateTls(string folder, string hostname, bool verify)
    {
        _options = new SslClientAuthenticationOptions { TargetHost = hostname };
        if (!verify)
        {
#pragma warning disable CA5359 // Asked for in so many words.
            _options.RemoteCertificateValidationCallback = (_, _, _, _) => true;
#pragma warning restore CA5359
        }
        if (folder.Length == 0)
            return;
        string authority = Path.Combine(folder, AuthorityFile);
        string certificate = Path.Combine(folder, CertificateFile);
        if (verify || File.Exists(authority))
            _options.CertificateChainPolicy = Trust(authority);
        if (File.Exists(certificate))
            _options.ClientCertificates = [LoadCertificate(certificate, Path.Combine(folder, KeyFile))];
    }

    /// <inheritdoc/>
    public Stream Start(Stream inner)
    {
        SslStream stream = new(inner, leaveInnerStreamOpen: false);
        try
        {
            stream.AuthenticateAsClient(_options);
            return stream;
        }
        catch (System.Security.Authentication.AuthenticationException e)
        {
            stream.Dispose();
            throw new NbdProtocolException($"TLS fails: {e.InnerException?.Message ?? e.Message} Check "
                + $"{AuthorityFile}, whether the server's certificate is for {_options.TargetHost}, and whether it "
                + "wants one of ours", e);
        }
    }

    private static X509ChainPolicy Trust(string path)
    {
        X509ChainPolicy policy = new()
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
        };
        try
        {
            policy.CustomTrustStore.ImportFromPemFile(path);
        }
        catch (Exception e) when (e is CryptographicException or IOException or UnauthorizedAccessException)
        {
            throw Unreadable(path, e);
        }
        return policy.CustomTrustStore.Count > 0 ? policy : throw Unreadable(path, null);
    }

    private static X509Certificate2 LoadCertificate(string certificate, string key)
    {
        try
        {
            return X509Certificate2.CreateFromPemFile(certificate, key);
        }
        catch (Exception e) when (e is CryptographicException or IOException or UnauthorizedAccessException)
        {
            throw Unreadable($"{certificate} with {key}", e);
        }
    }

    private static BackendOpenException Unreadable(string what, Exception? e)
    {
        string cause = e is null or CryptographicException ? "it holds no PEM that belongs there" : e.Message;
        string message = $"The certificate {what} cannot be used: {cause}. Give the folder that holds {AuthorityFile}, "
            + $"and {CertificateFile} with {KeyFile} where the server asks for them.";
        return e is null ? new BackendOpenException(message) : new BackendOpenException(message, e);
    }
}
