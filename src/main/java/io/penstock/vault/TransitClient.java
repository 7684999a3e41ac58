package io.penstock.vault;

import com.google.crypto.tink.Aead;
import com.google.crypto.tink.KmsClient;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** HashiCorp Vault's transit engine, whose keys encrypt and decrypt there. Blocks, at the start and when a keyset file changed. */
final class TransitClient implements KmsClient {

    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final Pattern ADDRESS = Pattern.compile("hcvault://([^/?#@]+)/([^?#]+)/keys/([A-Za-z0-9._-]+)");

    private final Secret token;

    TransitClient(Secret token) {
        this.token = token;
    }

    @Override
    public boolean doesSupport(String keyUri) {
        return keyUri.startsWith("hcvault://");
    }

    /** Its token comes with the settings. */
    @Override
    public KmsClient withCredentials(String path) {
        return this;
    }

    @Override
    public KmsClient withDefaultCredentials() {
        return this;
    }

    @Override
    public Aead getAead(String keyUri) throws GeneralSecurityException {
        Matcher address = ADDRESS.matcher(keyUri);
        if (!address.matches()) {
            throw new GeneralSecurityException("right would be hcvault://vault.example.com:8200/transit/keys/penstock");
        }
        if (token.reveal().isBlank()) {
            throw new GeneralSecurityException(
                    "AUTH_ENCRYPTION_MASTER_TOKEN, the token that it is used with, is missing");
        }
        String host = address.group(1);
        String scheme = host.matches("(localhost|127\\.0\\.0\\.1|\\[::1])(:[0-9]+)?") ? "http" : "https";
        return new Transit(
                URI.create(scheme + "://" + host + "/v1/" + address.group(2) + "/"), address.group(3), token);
    }

    /** One key. */
    private record Transit(URI engine, String key, Secret token) implements Aead {

        private static final Pattern CIPHERTEXT =
                Pattern.compile("\"ciphertext\"\\s*:\\s*\"(vault:v[0-9]+:[A-Za-z0-9+/=]+)\"");
        private static final Pattern PLAINTEXT = Pattern.compile("\"plaintext\"\\s*:\\s*\"([A-Za-z0-9+/=]*)\"");

        @Override
        public byte[] encrypt(byte[] plain, byte[] context) throws GeneralSecurityException {
            String answer = ask("encrypt", "\"plaintext\":\"" + base64(plain) + "\"", context);
            return found(CIPHERTEXT, answer).getBytes(StandardCharsets.US_ASCII);
        }

        @Override
        public byte[] decrypt(byte[] sealed, byte[] context) throws GeneralSecurityException {
            String text = new String(sealed, StandardCharsets.US_ASCII);
            if (!text.matches("vault:v[0-9]+:[A-Za-z0-9+/=]+")) {
                throw new GeneralSecurityException("it was not encrypted there");
            }
            return Base64.getDecoder()
                    .decode(found(PLAINTEXT, ask("decrypt", "\"ciphertext\":\"" + text + "\"", context)));
        }

        /** What it answers may hold what is secret, so it is never told. */
        private String ask(String what, String member, byte[] context) throws GeneralSecurityException {
            String body = "{" + member + (context.length == 0 ? "" : ",\"associated_data\":\"" + base64(context) + "\"")
                    + "}";
            var request = HttpRequest.newBuilder(engine.resolve(what + "/" + key))
                    .header("X-Vault-Token", token.reveal())
                    .header("Content-Type", "application/json")
                    .timeout(PATIENCE)
                    .POST(HttpRequest.BodyPublishers.ofString(body))
                    .build();
            try (var client = HttpClient.newBuilder().connectTimeout(PATIENCE).build()) {
                var answer = client.send(request, HttpResponse.BodyHandlers.ofString());
                if (answer.statusCode() != 200) {
                    throw new GeneralSecurityException("it answered " + answer.statusCode() + " to " + what);
                }
                return answer.body();
            } catch (IOException unreachable) {
                throw new GeneralSecurityException(engine.getAuthority() + " is not reached");
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
                throw new GeneralSecurityException("the gateway is stopping");
            }
        }

        private static String found(Pattern wanted, String answer) throws GeneralSecurityException {
            Matcher member = wanted.matcher(answer);
            if (!member.find()) {
                throw new GeneralSecurityException("its answer is none of a transit engine");
            }
            return member.group(1);
        }

        private static String base64(byte[] bytes) {
            return Base64.getEncoder().encodeToString(bytes);
        }
    }
}
