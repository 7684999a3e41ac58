package io.penstock.caller.session;

import io.penstock.caller.SignedIn;
import io.penstock.ingress.IngressSettings;
import io.penstock.loop.Rounds;
import io.penstock.store.Changes;
import io.penstock.store.Transactions;
import io.penstock.vault.Vault;
import java.security.GeneralSecurityException;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Configuration;
import org.springframework.r2dbc.core.DatabaseClient;

/** Puts sessions together, where there are any. */
@Configuration(proxyBeanMethods = false)
@Conditional(SignInEnabled.class)
@EnableConfigurationProperties(SessionSettings.class)
class SessionConfiguration {

    private static final Logger LOG = LoggerFactory.getLogger(SessionConfiguration.class);
    private static final Set<String> LOCAL = Set.of("localhost", "127.0.0.1", "[::1]");

    private final InstantSource clock = InstantSource.system();

    /** Sealed with a key of its own, so that those who may make sessions need not be able to open credentials. */
    @Bean
    SessionCookie sessionCookie(SessionSettings settings) throws GeneralSecurityException {
        return new SessionCookie(Vault.of(settings.strongKey(), List.of(), null));
    }

    @Bean
    CookiePolicy cookiePolicy(SessionSettings settings, IngressSettings ingress) {
        boolean local = LOCAL.contains(ingress.baseUrl().getHost());
        boolean plain = "http".equals(ingress.baseUrl().getScheme());
        boolean secure = switch (settings.secureCookies()) {
            case AUTO -> !(plain && local);
            case TRUE -> true;
            case FALSE -> false;
        };
        if (!secure && !(plain && local)) {
            LOG.warn("SECURE_COOKIES=false: browsers send session cookies without TLS too, where others can read them");
        }
        return new CookiePolicy(secure);
    }

    @Bean
    SessionRows sessionRows(DatabaseClient database) {
        return new SessionRows(database);
    }

    @Bean
    LiveSessions liveSessions(SessionRows rows, Changes changes, Rounds rounds, SessionSettings settings) {
        var live = new LiveSessions(rows, changes, rounds, settings.idleLimit(), clock);
        rounds.repeat("sessions.seen", LiveSessions.BETWEEN_FLUSHES, live.flush());
        return live;
    }

    @Bean
    Sessions sessions(
            SessionRows rows,
            LiveSessions live,
            SessionCookie cookie,
            Transactions transactions,
            Changes changes,
            SessionSettings settings) {
        return new R2dbcSessions(rows, live, cookie, transactions, changes, settings.absoluteLimit(), clock);
    }

    @Bean
    SignedIn cookieCallers(SessionCookie cookie, LiveSessions live, IngressSettings ingress) {
        return new CookieCallers(cookie, live, new Forgery(ingress), clock);
    }
}
