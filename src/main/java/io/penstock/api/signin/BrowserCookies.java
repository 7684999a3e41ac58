package io.penstock.api.signin;

import io.penstock.caller.session.CookiePolicy;
import io.penstock.caller.session.Session;
import io.penstock.caller.session.SessionCookie;
import io.penstock.caller.session.Sessions.Begun;
import io.penstock.caller.signin.SignIn;
import io.penstock.vault.Secret;
import java.time.Duration;
import org.springframework.http.ResponseCookie;

/** The cookies that a sign-in sets: out of the reach of scripts, and not sent by other sites but with a person who comes from there. */
record BrowserCookies(CookiePolicy policy) {

    String ofSession(Begun begun) {
        Session session = begun.session();
        return cookie(SessionCookie.NAME, begun.cookie(), Duration.between(session.createdAt(), session.expires()));
    }

    String withoutSession() {
        return cookie(SessionCookie.NAME, new Secret(""), Duration.ZERO);
    }

    String ofFlow(SignIn.Begun begun) {
        return cookie(begun.cookie(), begun.browser(), Duration.ofSeconds(SignIn.SECONDS));
    }

    String withoutFlow(String name) {
        return cookie(name, new Secret(""), Duration.ZERO);
    }

    private String cookie(String name, Secret value, Duration age) {
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
