package io.penstock.vault;

import com.google.crypto.tink.Aead;
import com.google.crypto.tink.KeysetHandle;
import com.google.crypto.tink.aead.AeadConfig2026;
import com.google.crypto.tink.aead.PredefinedAeadParameters;
import java.security.GeneralSecurityException;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What HashiCorp Vault's transit engine answers to encrypt and decrypt, with a key that it keeps. */
final class TransitServer implements AutoCloseable {

    static final String TOKEN = "hvs.CAESIJ0tok3nOfTheTransitEngine42";

    final List<String> asked = new CopyOnWriteArrayList<>();

    /** Whether it answers 503. */
    volatile boolean sealed;

    private final Aead key;
    private final DisposableServer server =
            HttpServer.create().host("127.0.0.1").port(0).handle(this::handle).bindNow();

    TransitServer() throws GeneralSecurityException {
        key = KeysetHandle.generateNew(PredefinedAeadParameters.AES256_GCM, AeadConfig2026.get())
                .getPrimitive(AeadConfig2026.get(), Aead.class);
    }

    String uri() {
        return "hcvault://127.0.0.1:" + server.port() + "/transit/keys/penstock";
    }

    private Publisher<Void> handle(HttpServerRequest request, HttpServerResponse response) {
        return request.receive().aggregate().asString().defaultIfEmpty("{}").flatMap(body -> {
            asked.add(request.uri());
            if (!TOKEN.equals(request.requestHeaders().get("X-Vault-Token"))) {
                return response.status(403)
                        .sendString(Mono.just("{\"errors\":[\"permission denied\"]}"))
                        .then();
            }
            if (sealed) {
                return response.status(503)
                        .sendString(Mono.just("{\"errors\":[\"Vault is sealed\"]}"))
                        .then();
            }
            try {
                return response.sendString(Mono.just(
                                answer(request.uri(), JsonMapper.shared().readTree(body))))
                        .then();
            } catch (GeneralSecurityException broken) {
                return response.status(400)
                        .sendString(Mono.just("{\"errors\":[\"invalid ciphertext\"]}"))
                        .then();
            }
        });
    }

    private String answer(String path, JsonNode body) throws GeneralSecurityException {
        byte[] context = Base64.getDecoder().decode(body.path("associated_data").asString(""));
        if (path.equals("/v1/transit/encrypt/penstock")) {
            byte[] sealed = key.encrypt(
                    Base64.getDecoder().decode(body.path("plaintext").asString()), context);
            return "{\"data\":{\"ciphertext\":\"vault:v1:" + Base64.getEncoder().encodeToString(sealed)
                    + "\",\"key_version\":1}}";
        }
        String text = body.path("ciphertext").asString().replace("vault:v1:", "");
        byte[] plain = key.decrypt(Base64.getDecoder().decode(text), context);
        return "{\"data\":{\"plaintext\":\"" + Base64.getEncoder().encodeToString(plain) + "\"}}";
    }

    @Override
    public void close() {
        server.disposeNow();
    }
}
