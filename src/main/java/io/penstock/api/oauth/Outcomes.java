package io.penstock.api.oauth;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.penstock.api.browser.BrowserCookies;
import io.penstock.caller.session.Cookies;
import io.penstock.vault.Secret;
import io.penstock.vault.Vault;
import io.penstock.wire.Request;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * Carries an outcome to its page in a sealed cookie: the browser that comes back from an authorization server need not show who it is, and the
 * page has no code in its address.
 */
@Component
final class Outcomes {

    private static final String COOKIE = "penstock_outcome";
    private static final String CONTEXT = "cookie|" + COOKIE;
    private static final Duration SHOWN = Duration.ofMinutes(5);
    private static final int LONGEST = 4096;
    private static final JsonMapper JSON = JsonMapper.shared();

    private final Vault vault;
    private final BrowserCookies cookies;

    Outcomes(Vault vault, BrowserCookies cookies) {
        this.vault = vault;
        this.cookies = cookies;
    }

    String cookie(Outcome outcome) {
        byte[] sealed = vault.seal(JSON.writeValueAsString(outcome).getBytes(UTF_8), CONTEXT);
        String text = Base64.getUrlEncoder().withoutPadding().encodeToString(sealed);
        return cookies.cookie(cookies.ofHost(COOKIE), new Secret(text), SHOWN);
    }

    /** Null where the browser shows none. */
    @Nullable
    Outcome of(Request request) {
        List<String> values = Cookies.named(request.headers(), cookies.ofHost(COOKIE));
        if (values.size() != 1 || values.getFirst().length() > LONGEST) {
            return null;
        }
        try {
            byte[] opened = vault.open(Base64.getUrlDecoder().decode(values.getFirst()), CONTEXT);
            return JSON.readValue(opened, Outcome.class);
        } catch (Vault.SealBroken | IllegalArgumentException | JacksonException notOurs) {
            return null;
        }
    }
}
