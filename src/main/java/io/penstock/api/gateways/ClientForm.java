package io.penstock.api.gateways;

import io.penstock.api.input.Fields;
import io.penstock.api.input.Objections;
import io.penstock.catalog.OAuthConfig.ClientAuth;
import io.penstock.catalog.OAuthConfig.ClientKey;
import io.penstock.oauth.grant.AssertionKey;
import io.penstock.vault.Secret;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Reads of {@code oauth_config} how this gateway shows at one server which client it is. */
final class ClientForm {

    private static final int LONGEST = 8192;
    private static final int LONGEST_ID = 255;

    private final Fields fields;
    private final Objections objections;
    private final String secretField;
    private final String keyField;
    private final String idField;
    private final String authField;
    private final List<String> kept = new ArrayList<>();

    /** @param prefix what the fields' names begin with */
    ClientForm(Fields fields, Objections objections, String prefix) {
        this.fields = fields;
        this.objections = objections;
        this.secretField = prefix + "client_secret";
        this.keyField = prefix + "client_key";
        this.idField = prefix + "client_key_id";
        this.authField = prefix + "token_endpoint_auth_method";
    }

    /** How it does. */
    record Shown(@Nullable Secret secret, @Nullable ClientKey key, ClientAuth auth) {}

    /** The fields whose secret was sent as the mask. */
    List<String> kept() {
        return kept;
    }

    /**
     * What is read; whatever is refused is among the objections.
     *
     * @param secret what is stored; null for nothing, as {@code key}
     * @param moved why what is stored must be sent again; null where it need not
     */
    Shown read(@Nullable Secret secret, @Nullable ClientKey key, @Nullable String moved) {
        Secret own = unmasked(secretField, fields.text(secretField, 1, LONGEST), secret, moved);
        ClientKey signing = key(key, moved);
        var usual = signing != null
                ? ClientAuth.PRIVATE_KEY_JWT
                : own == null ? ClientAuth.NONE : ClientAuth.CLIENT_SECRET_BASIC;
        ClientAuth auth = fields.oneOf(authField, usual, text -> text.toLowerCase(Locale.ROOT));
        demand(auth);
        return new Shown(own, signing, auth);
    }

    private @Nullable ClientKey key(@Nullable ClientKey stored, @Nullable String moved) {
        String id = fields.text(idField, 1, LONGEST_ID);
        Secret key = unmasked(keyField, fields.prose(keyField, LONGEST), stored == null ? null : stored.key(), moved);
        if (key == null) {
            if (id != null && !fields.has(keyField)) {
                objections.add(idField, "belongs to " + keyField + ", which is missing");
            }
            return null;
        }
        try {
            var _ = AssertionKey.read(key);
        } catch (AssertionKey.Refused refused) {
            objections.addIf(keyField, refused.getMessage());
        }
        return new ClientKey(key, id);
    }

    /** Each way has what it shows, and nothing else. */
    private void demand(ClientAuth auth) {
        boolean signs = auth == ClientAuth.PRIVATE_KEY_JWT;
        if (signs && !fields.has(keyField)) {
            addIfAbsent(keyField, "is missing: " + authField + " private_key_jwt signs with it");
        }
        if (!signs && fields.has(keyField)) {
            addIfAbsent(keyField, "belongs to " + authField + " private_key_jwt alone, and that is " + auth.text());
        }
        if (signs && fields.has(secretField)) {
            addIfAbsent(secretField, "is of no use with " + authField + " private_key_jwt: leave it out");
        }
        if (!signs && auth != ClientAuth.NONE && !fields.has(secretField)) {
            addIfAbsent(secretField, "is missing: " + authField + " " + auth.text() + " shows it");
        }
    }

    private @Nullable Secret unmasked(
            String field, @Nullable String text, @Nullable Secret stored, @Nullable String moved) {
        if (text == null || !text.equals(Secret.MASK)) {
            return text == null ? null : new Secret(text);
        }
        kept.add(field);
        if (stored == null) {
            objections.add(field, "is the mask, but there is no stored value to keep: send the value");
        } else if (moved != null) {
            objections.add(field, "must be sent again, because " + moved);
        }
        return stored;
    }

    private void addIfAbsent(String field, String message) {
        if (!objections.has(field)) {
            objections.add(field, message);
        }
    }
}
