package io.penstock.api.browser;

import io.penstock.caller.flow.Departure;
import io.penstock.caller.flow.Flows;
import io.penstock.caller.session.CookiePolicy;
import io.penstock.caller.session.Session;
import io.penstock.caller.session.SessionCookie;
import io.penstock.caller.session.Sessions.Begun;
import io.penstock.vault.Secret;
import java.time.Duration;
import org.springframework.http.ResponseCookie;
import org.springframework.stereotype.Component;

/** The cookies that are set here: out of the reach of scripts, and not sent by other sites but with a person who comes from there. */
@Component
public final class BrowserCookies {

    private final CookiePolicy policy;

    BrowserCookies(CookiePolicy policy) {
        this.policy = policy;
    }

    /** The name of a cookie that this host alone can have set. */
    public String ofHost(String name) {
        return policy.ofHost(name);
    }

    public String ofSession(Begun begun) {
        Session session = begun.session();
        return cookie(SessionCookie.NAME, begun.cookie(), Duration.between(session.createdAt(), session.expires()));
    }

    public String withoutSession() {
        return without(SessionCookie.NAME);
    }

    public String ofFlow(Departure departure) {
        return cookie(departure.cookie(), departure.browser(), Duration.ofSeconds(Flows.SECONDS));
    }

    /** Takes a cookie away. */
    public String without(String name) {
        return cookie(name, new Secret(""), Duration.ZERO);
    }

    /** The header's value that sets a cookie. */
    public String cookie(String name, Secret value, Duration age) {
        return ResponseCookie.from(name, value.reveal())
                .httpOnly(true)
                .secure(policy.secure())
                .sameSite("Lax")
                .path("/")
                .maxAge(age)
                .build()
                .toString();
    }
}
