using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace IoMerge.Testing.Processes;

/// <summary>How the two sides of a connection within TLS prove who they are.</summary>
public enum TlsProof
{
    /// <summary>There is no TLS.</summary>
    None,

    /// <summary>By certificates, both of them.</summary>
    Certificates,

    /// <summary>By a key that both have.</summary>
    Key,
}

/// <summary>Makes the files of TLS, under the names that NBD programs look for.</summary>
public static class TlsFiles
{
    /// <summary>The host that a server's certificate is for.</summary>
    public const string Host = "localhost";

    /// <summary>Whose key it is.</summary>
    public const string User = "alice";

    private static readonly DateTimeOffset s_from = DateTimeOffset.UtcNow.AddHours(-1);
    private static readonly DateTimeOffset s_to = DateTimeOffset.UtcNow.AddDays(1);

    /// <summary>An authority, and a server's and a client's certificate of it.</summary>
    /// <param name="folder">Takes them.</param>
    public static void MakeCertificates(string folder)
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = new($"CN=authority {Guid.NewGuid()}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        using X509Certificate2 authority = request.CreateSelfSigned(s_from, s_to);
        Write(folder, "ca", authority, key);
        MakeCertificate(folder, "server", "1.3.6.1.5.5.7.3.1", authority);
        MakeCertificate(folder, "client", "1.3.6.1.5.5.7.3.2", authority);
    }

    /// <summary>A file with a key for <see cref="User"/>, among others.</summary>
    /// <param name="path">Where.</param>
    /// <returns>The key, as the file has it.</returns>
    public static string MakeKeys(string path)
    {
        string other = NewKey(), key = NewKey();
        File.WriteAllText(path, $"somebody:{other}\n{User}:{key}\n");
        return key;
    }

    private static string NewKey() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32));

    private static void MakeCertificate(string folder, string side, string use, X509Certificate2 authority)
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = new($"CN={side}", key, HashAlgorithmName.SHA256);
        SubjectAlternativeNameBuilder names = new();
        names.AddDnsName(Host);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(use)], false));
        using X509Certificate2 certificate = request.Create(authority, s_from, s_to, Guid.NewGuid().ToByteArray());
        Write(folder, side, certificate, key);
    }

    private static void Write(string folder, string name, X509Certificate2 certificate, ECDsa key)
    {
        File.WriteAllText(Path.Combine(folder, $"{name}-cert.pem"), certificate.ExportCertificatePem());
        File.WriteAllText(Path.Combine(folder, $"{name}-key.pem"), key.ExportPkcs8PrivateKeyPem());
    }
}
