package io.penstock.caller.session;

import io.penstock.caller.SignIns;
import io.penstock.caller.SignedIn;
import io.penstock.loop.Rounds;
import io.penstock.store.Changes;
import io.penstock.store.Transactions;
import io.penstock.vault.Vault;
import java.security.GeneralSecurityException;
import java.time.InstantSource;
import java.util.List;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Configuration;
import org.springframework.r2dbc.core.DatabaseClient;

/** Puts sessions together, where there are any. */
@Configuration(proxyBeanMethods = false)
@Conditional(SessionsEnabled.class)
class SessionConfiguration {

    private final InstantSource clock = InstantSource.system();

    /** Sealed with a key of its own, so that those who may make sessions need not be able to open credentials. */
    @Bean
    SessionCookie sessionCookie(SessionSettings settings) throws GeneralSecurityException {
        return new SessionCookie(Vault.of(settings.strongKey(), List.of(), null));
    }

    @Bean
    SessionRows sessionRows(DatabaseClient database) {
        return new SessionRows(database);
    }

    @Bean
    LiveSessions liveSessions(
            SessionRows rows, SessionIdTokens idTokens, Changes changes, Rounds rounds, SessionSettings settings) {
        var live = new LiveSessions(rows, changes, rounds, settings.idleLimit(), clock);
        rounds.repeat("sessions.seen", LiveSessions.BETWEEN_FLUSHES, live.flush());
        rounds.repeat("sessions.id-tokens", LiveSessions.BETWEEN_FLUSHES, idTokens.forgetEnded());
        return live;
    }

    @Bean
    Sessions sessions(
            SessionRows rows,
            LiveSessions live,
            SessionCookie cookie,
            SessionIdTokens idTokens,
            Transactions transactions,
            Changes changes,
            SessionSettings settings) {
        return new R2dbcSessions(rows, live, cookie, idTokens, transactions, changes, settings.absoluteLimit(), clock);
    }

    @Bean
    SignedIn cookieCallers(SessionCookie cookie, LiveSessions live, Forgery forgery, SignIns signIns) {
        return new CookieCallers(cookie, live, forgery, signIns, clock);
    }
}
