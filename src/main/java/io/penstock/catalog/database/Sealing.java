package io.penstock.catalog.database;

import io.penstock.catalog.Gateway;
import io.penstock.catalog.Rotation;
import io.penstock.catalog.UpstreamAuth;
import io.penstock.catalog.UpstreamTls;
import io.penstock.store.sealed.SealedColumn;
import io.penstock.store.sealed.SealedColumns;
import io.penstock.vault.Secret;
import io.penstock.vault.Vault;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Seals credentials for the one row that they belong to, and opens them. */
@Component
final class Sealing implements SealedColumns {

    private static final JsonMapper JSON = new JsonMapper();
    private static final byte[] NOTHING = {};
    private static final String OAUTH = "oauth";
    private static final String AUTH = "auth";
    private static final String PREVIOUS = "previous_auth";
    private static final String TLS = "tls";
    private static final String PREVIOUS_TLS = "previous_tls";

    private final Vault vault;

    Sealing(Vault vault) {
        this.vault = vault;
    }

    @Override
    public List<SealedColumn> sealedColumns() {
        return List.of(
                column("auth_sealed", AUTH),
                column("previous_sealed", PREVIOUS),
                column("tls_sealed", TLS),
                column("previous_tls_sealed", PREVIOUS_TLS));
    }

    private static SealedColumn column(String name, String purpose) {
        return new SealedColumn.Lasting(
                "gateways",
                name,
                "id",
                UUID.class,
                List.of("owner"),
                row -> context(purpose, Columns.get(row, "id", UUID.class), Columns.get(row, "owner", String.class)));
    }

    /** What TLS goes by, with a new id; null for the platform's. */
    Gateway.@Nullable SealedTls seal(UUID id, String owner, UpstreamTls tls) {
        if (tls.equals(UpstreamTls.NONE)) {
            return null;
        }
        var key = tls.key();
        byte[] sealed = key == null
                ? NOTHING
                : vault.seal(key.reveal().getBytes(StandardCharsets.UTF_8), context(TLS, id, owner));
        return new Gateway.SealedTls(UUID.randomUUID(), tls.shown(), sealed);
    }

    UpstreamTls openTls(UUID id, String owner, Gateway.@Nullable SealedTls tls) throws Vault.SealBroken {
        if (tls == null) {
            return UpstreamTls.NONE;
        }
        Secret key = tls.sealed().length == 0
                ? null
                : new Secret(new String(vault.open(tls.sealed(), context(TLS, id, owner)), StandardCharsets.UTF_8));
        return UpstreamTls.read(tls.shown(), key);
    }

    /** As a credential of its own, with a new id. */
    Gateway.SealedAuth seal(UUID id, String owner, UpstreamAuth auth) {
        var shown = JSON.writeValueAsString(shown(auth));
        if (auth instanceof UpstreamAuth.None) {
            return new Gateway.SealedAuth(UUID.randomUUID(), type(auth), shown, NOTHING);
        }
        return new Gateway.SealedAuth(
                UUID.randomUUID(),
                type(auth),
                shown,
                vault.seal(JSON.writeValueAsBytes(plain(auth)), context(AUTH, id, owner)));
    }

    /** The credential in use as the one from before; it has no end yet. */
    Rotation.Kept keep(Gateway stored) throws Vault.SealBroken {
        var auth = stored.auth();
        return new Rotation.Kept(
                auth.id(),
                auth.type(),
                auth.shown(),
                moved(stored, auth.sealed(), AUTH, PREVIOUS),
                moved(stored, stored.tls(), TLS, PREVIOUS_TLS),
                Instant.EPOCH);
    }

    /** The credential from before as the one in use. */
    Gateway restore(Gateway stored, Rotation.Kept kept) throws Vault.SealBroken {
        var auth = new Gateway.SealedAuth(
                kept.id(), kept.type(), kept.shown(), moved(stored, kept.sealed(), PREVIOUS, AUTH));
        return stored.with(auth, moved(stored, kept.tls(), PREVIOUS_TLS, TLS));
    }

    UpstreamAuth open(UUID id, String owner, Gateway.SealedAuth auth) throws Vault.SealBroken {
        if (auth.type().equals("none") && auth.sealed().length == 0) {
            return new UpstreamAuth.None();
        }
        var opened = read(vault.open(auth.sealed(), context(AUTH, id, owner)));
        if (!type(opened).equals(auth.type())) {
            throw new Vault.SealBroken();
        }
        return opened;
    }

    /** The owner is the tenant: a row never changes it, while its team and visibility may be edited without sending the credential again. */
    private static String context(String purpose, UUID id, String owner) {
        return "gateways|" + purpose + "|" + id + "|" + owner;
    }

    private byte[] moved(Gateway of, byte[] sealed, String from, String to) throws Vault.SealBroken {
        return sealed.length == 0
                ? NOTHING
                : vault.seal(vault.open(sealed, context(from, of.id(), of.owner())), context(to, of.id(), of.owner()));
    }

    private Gateway.@Nullable SealedTls moved(Gateway of, Gateway.@Nullable SealedTls tls, String from, String to)
            throws Vault.SealBroken {
        return tls == null ? null : new Gateway.SealedTls(tls.id(), tls.shown(), moved(of, tls.sealed(), from, to));
    }

    private static String type(UpstreamAuth auth) {
        return switch (auth) {
            case UpstreamAuth.None _ -> "none";
            case UpstreamAuth.Bearer _ -> "bearer";
            case UpstreamAuth.Basic _ -> "basic";
            case UpstreamAuth.Headers _ -> "headers";
            case UpstreamAuth.QueryParam _ -> "query_param";
            case UpstreamAuth.OAuth _ -> OAUTH;
        };
    }

    private static ObjectNode shown(UpstreamAuth auth) {
        var json = JSON.createObjectNode();
        return switch (auth) {
            case UpstreamAuth.None _ -> json;
            case UpstreamAuth.Bearer _ -> json.put("auth_token", Secret.MASK);
            case UpstreamAuth.Basic basic ->
                json.put("auth_username", basic.username()).put("auth_password", Secret.MASK);
            case UpstreamAuth.Headers headers -> {
                var list = json.putArray("auth_headers");
                headers.headers()
                        .forEach(header ->
                                list.addObject().put("key", header.key()).put("value", Secret.MASK));
                yield json;
            }
            case UpstreamAuth.QueryParam param ->
                json.put("auth_query_param_key", param.key()).put("auth_query_param_value", Secret.MASK);
            case UpstreamAuth.OAuth(var config) -> {
                OAuthConfigs.write(json.putObject("oauth_config"), config, _ -> Secret.MASK);
                yield json;
            }
        };
    }

    private static ObjectNode plain(UpstreamAuth auth) {
        var json = JSON.createObjectNode().put("type", type(auth));
        return switch (auth) {
            case UpstreamAuth.None _ -> json;
            case UpstreamAuth.Bearer bearer -> json.put("token", bearer.token().reveal());
            case UpstreamAuth.Basic basic ->
                json.put("username", basic.username())
                        .put("password", basic.password().reveal());
            case UpstreamAuth.Headers headers -> {
                var list = json.putArray("headers");
                headers.headers()
                        .forEach(header -> list.addObject()
                                .put("key", header.key())
                                .put("value", header.value().reveal()));
                yield json;
            }
            case UpstreamAuth.QueryParam param ->
                json.put("key", param.key()).put("value", param.value().reveal());
            case UpstreamAuth.OAuth(var config) -> {
                OAuthConfigs.write(json.putObject("config"), config, Secret::reveal);
                yield json;
            }
        };
    }

    private static UpstreamAuth read(byte[] plain) throws Vault.SealBroken {
        try {
            var json = JSON.readTree(plain);
            return switch (text(json, "type")) {
                case "bearer" -> new UpstreamAuth.Bearer(secret(json, "token"));
                case "basic" -> new UpstreamAuth.Basic(text(json, "username"), secret(json, "password"));
                case "headers" ->
                    new UpstreamAuth.Headers(json.path("headers")
                            .valueStream()
                            .map(header ->
                                    new UpstreamAuth.Headers.Header(text(header, "key"), secret(header, "value")))
                            .toList());
                case OAUTH -> new UpstreamAuth.OAuth(OAuthConfigs.read(json.required("config")));
                case "query_param" -> new UpstreamAuth.QueryParam(text(json, "key"), secret(json, "value"));
                default -> throw new Vault.SealBroken();
            };
        } catch (JacksonException notJson) {
            // its message may quote what was opened
            throw new Vault.SealBroken();
        }
    }

    private static String text(JsonNode json, String field) {
        return json.required(field).stringValue();
    }

    private static Secret secret(JsonNode json, String field) {
        return new Secret(text(json, field));
    }
}
