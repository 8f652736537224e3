using System.Security.Cryptography.X509Certificates;
using IoMerge.Backends.Nbd.Tests.Hostile.Server;
using IoMerge.Testing.Processes;

[assembly: AssemblyFixture(typeof(ServerIdentity.Farewell))]

namespace IoMerge.Backends.Nbd.Tests.Hostile.Server;

/// <summary>What all servers of the hostile tests show within TLS, and the folder by which clients know them.</summary>
public static class ServerIdentity
{
    private static readonly Lazy<TemporaryFolder> s_folder = new(() =>
    {
        TemporaryFolder folder = new();
        TlsFiles.MakeCertificates(folder.Path);
        return folder;
    });

    private static readonly Lazy<X509Certificate2> s_certificate = new(() => X509Certificate2.CreateFromPemFile(
        s_folder.Value.File("server-cert.pem"), s_folder.Value.File("server-key.pem")));

    internal static string Folder => s_folder.Value.Path;

    internal static X509Certificate2 Certificate => s_certificate.Value;

    /// <summary>Removes the folder after the last test.</summary>
    public sealed class Farewell : IDisposable
    {
        /// <inheritdoc/>
        public void Dispose()
        {
            if (s_certificate.IsValueCreated)
                s_certificate.Value.Dispose();
            if (s_folder.IsValueCreated)
                s_folder.Value.Dispose();
        }
    }
}
