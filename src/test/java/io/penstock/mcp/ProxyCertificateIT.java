package io.penstock.mcp;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

/** The whole application with TLS of its own, behind a proxy that shows a certificate. */
@SpringBootTest(
        webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
        properties = {
            "management.server.port=0",
            "DATA_DIR=target/proxy-certificate-it",
            "AUTH_ENCRYPTION_SECRET=Kq7wZ0pX3vN8rT5yB2mC6dF9gH1jL4sA",
            "JWT_SECRET_KEY=zR4tW8yB1nM5qS7vX0cF3gJ6kP9aD2eH",
            "penstock.health.poll=1h",
            "MCP_CLIENT_AUTH_ENABLED=false",
            "TRUST_PROXY_AUTH=true",
            "PROXY_PROOF=mtls",
            "PROXY_PROOF_SAN=spiffe://mesh.example/proxy",
            "server.ssl.client-auth=want",
            "server.ssl.key-store-password=" + ProxyCertificateIT.PASSWORD,
            "server.ssl.trust-store-password=" + ProxyCertificateIT.PASSWORD
        })
class ProxyCertificateIT {

    static final String PASSWORD = "a-password-of-tests";

    private static final String INITIALIZE =
            "{\"jsonrpc\":\"2.0\",\"id\":0,\"method\":\"initialize\",\"params\":{\"protocolVersion\":\"2025-11-25\"}}";

    @TempDir
    private static Path folder;

    private static @Nullable KeyStore trusted;

    @LocalServerPort
    private int port;

    @DynamicPropertySource
    static void certificates(DynamicPropertyRegistry registry) throws Exception {
        trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        make("server", "dns:localhost");
        make("proxy", "uri:spiffe://mesh.example/proxy");
        make("other", "uri:spiffe://mesh.example/other");
        Path all = folder.resolve("trusted.p12");
        try (OutputStream out = Files.newOutputStream(all)) {
            trusted.store(out, PASSWORD.toCharArray());
        }
        registry.add("server.ssl.key-store", () -> folder.resolve("server.p12").toString());
        registry.add("server.ssl.trust-store", all::toString);
    }

    private static void make(String name, String san) throws Exception {
        Path file = folder.resolve(name + ".p12");
        var keytool = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-alias",
                        name,
                        "-keyalg",
                        "EC",
                        "-groupname",
                        "secp256r1",
                        "-dname",
                        "CN=" + name,
                        "-ext",
                        "san=" + san,
                        "-validity",
                        "2",
                        "-storetype",
                        "PKCS12",
                        "-keystore",
                        file.toString(),
                        "-storepass",
                        PASSWORD)
                .inheritIO()
                .start();
        assertThat(keytool.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(keytool.exitValue()).isZero();
        trusted.setCertificateEntry(name, store(name).getCertificate(name));
    }

    private static KeyStore store(String name) throws Exception {
        var store = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(folder.resolve(name + ".p12"))) {
            store.load(in, PASSWORD.toCharArray());
        }
        return store;
    }

    /** Of a client with that certificate, or with none. */
    private HttpResponse<String> answer(@Nullable String certificate, String path, @Nullable String body)
            throws Exception {
        var keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(certificate == null ? null : store(certificate), PASSWORD.toCharArray());
        var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        var tls = SSLContext.getInstance("TLS");
        tls.init(certificate == null ? null : keys.getKeyManagers(), trust.getTrustManagers(), null);
        var request = HttpRequest.newBuilder(URI.create("https://localhost:" + port + path))
                .header("X-Authenticated-User", "alice@example.com")
                .header("Content-Type", "application/json")
                .header("Accept", "application/json, text/event-stream");
        if (body != null) {
            request.POST(HttpRequest.BodyPublishers.ofString(body));
        }
        try (var client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .sslContext(tls)
                .build()) {
            return client.send(request.build(), BodyHandlers.ofString());
        }
    }

    @Test
    void theProxysCertificateProvesTheUser() throws Exception {
        assertThat(answer("proxy", "/auth/me", null).body())
                .contains("\"user\":\"alice@example.com\"", "\"source\":\"proxy\"");
        assertThat(answer("proxy", "/mcp", INITIALIZE).statusCode()).isEqualTo(200);
    }

    @Test
    void anyOtherOrNoneProvesNothing() throws Exception {
        for (String certificate : new String[] {"other", null}) {
            assertThat(answer(certificate, "/auth/me", null).statusCode()).isEqualTo(401);
            assertThat(answer(certificate, "/mcp", INITIALIZE).statusCode()).isEqualTo(401);
        }
    }
}
