package io.penstock.api.gateways;

import io.penstock.api.input.Fields;
import io.penstock.api.input.Objections;
import io.penstock.catalog.HeaderRules;
import io.penstock.catalog.UpstreamAuth;
import io.penstock.catalog.UpstreamAuth.Headers.Header;
import io.penstock.vault.Secret;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** Reads an upstream's credential from a body. A secret that is the mask keeps the stored one. */
public final class AuthForm {

    /** The fields of each type: exactly these may be there. */
    public static final Map<String, List<String>> FIELDS = fields();

    static final Set<String> ALL_FIELDS =
            FIELDS.values().stream().flatMap(List::stream).collect(Collectors.toUnmodifiableSet());

    private static final String OAUTH = "oauth_config.";
    private static final int LONGEST_SECRET = 8192;
    private static final int LONGEST_NAME = 255;
    private static final int MOST_HEADERS = 20;

    private final HeaderRules rules;
    private final Urls urls;
    private final Fields fields;
    private final Objections objections;
    private final UpstreamAuth stored;
    private final Set<String> kept = new LinkedHashSet<>();

    AuthForm(HeaderRules rules, Urls urls, Fields fields, Objections objections, UpstreamAuth stored) {
        this.rules = rules;
        this.urls = urls;
        this.fields = fields;
        this.objections = objections;
        this.stored = stored;
    }

    /** The canonical name of a type: {@code authheaders} is {@code headers}. */
    static String canonical(String type) {
        var lower = type.toLowerCase(Locale.ROOT);
        return lower.equals("authheaders") ? "headers" : lower;
    }

    /** The fields whose secret was sent as the mask. */
    Set<String> kept() {
        return kept;
    }

    UpstreamAuth read() {
        var given = fields.text("auth_type", 1, 50);
        var type = given == null ? "none" : canonical(given);
        var own = FIELDS.get(type);
        if (own == null) {
            var allowed = String.join(", ", FIELDS.keySet());
            objections.add("auth_type", "must be one of " + allowed);
            return new UpstreamAuth.None();
        }
        refuseForeign(given, type, own);
        return switch (type) {
            case "bearer" -> bearer();
            case "basic" -> basic();
            case "headers" -> headers();
            case "query_param" -> queryParam();
            case "oauth" -> oauth();
            default -> new UpstreamAuth.None();
        };
    }

    private void refuseForeign(@Nullable String given, String type, List<String> own) {
        for (var field : ALL_FIELDS) {
            if (fields.has(field) && !own.contains(field)) {
                objections.add(
                        field,
                        "does not belong to auth_type " + type + (given == null ? ", the one without auth_type" : "")
                                + "; it belongs to " + owner(field));
            }
        }
    }

    private static String owner(String field) {
        return FIELDS.entrySet().stream()
                .filter(type -> type.getValue().contains(field))
                .map(Map.Entry::getKey)
                .collect(Collectors.joining(", "));
    }

    private UpstreamAuth bearer() {
        var before = stored instanceof UpstreamAuth.Bearer bearer ? bearer.token() : null;
        var token = secret("auth_token", fields, "auth_token", before);
        if (token != null) {
            objections.addIf("auth_token", refusedToken(token.reveal()));
        }
        return token == null ? new UpstreamAuth.None() : new UpstreamAuth.Bearer(token);
    }

    private UpstreamAuth basic() {
        var before = stored instanceof UpstreamAuth.Basic basic ? basic.password() : null;
        var username = fields.demanded("auth_username", LONGEST_NAME, "user");
        var password = secret("auth_password", fields, "auth_password", before);
        if (username != null && username.indexOf(':') >= 0) {
            objections.add("auth_username", "must not hold a colon: it ends the user name (RFC 7617)");
        }
        return username == null || password == null
                ? new UpstreamAuth.None()
                : new UpstreamAuth.Basic(username, password);
    }

    private UpstreamAuth oauth() {
        var given = fields.object("oauth_config");
        if (given == null) {
            objections.addIf(
                    "oauth_config",
                    objections.has("oauth_config")
                            ? null
                            : "is missing: give an object with grant_type, token_url, client_id and client_secret");
            return new UpstreamAuth.None();
        }
        var found = new Objections();
        var before = stored instanceof UpstreamAuth.OAuth(var config) ? config : null;
        var form = new OAuthForm(new Fields(given, found), found, urls, before);
        var config = form.read();
        form.kept().forEach(field -> kept.add(OAUTH + field));
        found.moveTo(objections, OAUTH);
        return config == null ? new UpstreamAuth.None() : new UpstreamAuth.OAuth(config);
    }

    private UpstreamAuth queryParam() {
        var before = stored instanceof UpstreamAuth.QueryParam parameter ? parameter.value() : null;
        var key = fields.demanded("auth_query_param_key", LONGEST_NAME, "api_key");
        var value = secret("auth_query_param_value", fields, "auth_query_param_value", before);
        return key == null || value == null ? new UpstreamAuth.None() : new UpstreamAuth.QueryParam(key, value);
    }

    private UpstreamAuth headers() {
        var single = fields.has("auth_header_key") || fields.has("auth_header_value");
        if (single && fields.has("auth_headers")) {
            objections.add("auth_headers", "give either this list, or auth_header_key and auth_header_value");
            return new UpstreamAuth.None();
        }
        var headers = new ArrayList<Header>();
        if (single) {
            add(headers, fields, "auth_header_key", "auth_header_value", "");
        } else {
            var list = fields.objects("auth_headers", MOST_HEADERS);
            for (int i = 0; i < list.size(); i++) {
                add(headers, list.get(i), "auth_headers[" + i + "].");
            }
            if (list.isEmpty() && !objections.has("auth_headers")) {
                objections.add(
                        "auth_headers", "is missing: give a list like [{\"key\": \"X-Api-Key\", \"value\": \"...\"}]");
            }
        }
        return headers.isEmpty() ? new UpstreamAuth.None() : new UpstreamAuth.Headers(headers);
    }

    /** One element of the list: its objections bear its index. */
    private void add(List<Header> headers, ObjectNode element, String prefix) {
        var found = new Objections();
        var inner = new Fields(element, found);
        inner.close(Set.of("key", "value"), Set.of(), Set.of());
        found.moveTo(objections, prefix);
        var own = new Objections();
        add(headers, new Fields(element, own), "key", "value", prefix);
        own.moveTo(objections, prefix);
    }

    private void add(List<Header> headers, Fields from, String keyField, String valueField, String prefix) {
        var key = from.demanded(keyField, LONGEST_NAME, "X-Api-Key");
        var value = secret(valueField, from, prefix + valueField, key == null ? null : storedHeader(key));
        if (key != null) {
            objections.addIf(prefix + keyField, refusedKey(key, headers));
        }
        if (value != null) {
            objections.addIf(prefix + valueField, rules.refusedValue(value.reveal()));
        }
        if (key != null && value != null) {
            headers.add(new Header(key, value));
        }
    }

    private @Nullable String refusedKey(String key, List<Header> others) {
        return others.stream().anyMatch(header -> header.key().equalsIgnoreCase(key))
                ? "is there twice"
                : rules.refusedName(key);
    }

    private @Nullable String refusedToken(String token) {
        var refused = rules.refusedValue(token);
        return refused == null && token.indexOf(' ') >= 0
                ? "must not hold spaces: send the token alone, without the word Bearer"
                : refused;
    }

    private @Nullable Secret storedHeader(String key) {
        return stored instanceof UpstreamAuth.Headers(var headers)
                ? headers.stream()
                        .filter(header -> header.key().equalsIgnoreCase(key))
                        .map(Header::value)
                        .findFirst()
                        .orElse(null)
                : null;
    }

    private @Nullable Secret secret(String field, Fields from, String shownAs, @Nullable Secret before) {
        var text = from.demanded(field, LONGEST_SECRET, "the secret");
        if (text == null || !text.equals(Secret.MASK)) {
            return text == null ? null : new Secret(text);
        }
        kept.add(shownAs);
        if (before == null) {
            objections.add(shownAs, "is the mask, but there is no stored value to keep: send the value");
        }
        return before;
    }

    private static Map<String, List<String>> fields() {
        var fields = new LinkedHashMap<String, List<String>>();
        fields.put("none", List.of());
        fields.put("bearer", List.of("auth_token"));
        fields.put("basic", List.of("auth_username", "auth_password"));
        fields.put("headers", List.of("auth_headers", "auth_header_key", "auth_header_value"));
        fields.put("query_param", List.of("auth_query_param_key", "auth_query_param_value"));
        fields.put("oauth", List.of("oauth_config"));
        return java.util.Collections.unmodifiableMap(fields);
    }
}
