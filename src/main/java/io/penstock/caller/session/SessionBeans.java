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
import org.springframework.beans.factory.BeanRegistrar;
import org.springframework.beans.factory.BeanRegistry;
import org.springframework.beans.factory.BeanRegistry.SupplierContext;
import org.springframework.core.env.Environment;
import org.springframework.r2dbc.core.DatabaseClient;

/** Puts sessions together, where there are any. */
final class SessionBeans implements BeanRegistrar {

    private static final InstantSource CLOCK = InstantSource.system();

    @Override
    public void register(BeanRegistry registry, Environment environment) {
        if (!Offered.sessions(environment)) {
            return;
        }
        registry.registerBean(SessionCookie.class, bean -> bean.supplier(SessionBeans::cookie));
        registry.registerBean(
                SessionRows.class,
                bean -> bean.supplier(context -> new SessionRows(context.bean(DatabaseClient.class))));
        registry.registerBean(LiveSessions.class, bean -> bean.supplier(SessionBeans::live));
        registry.registerBean(Sessions.class, bean -> bean.supplier(SessionBeans::sessions));
        registry.registerBean(SignedIn.class, bean -> bean.supplier(SessionBeans::callers));
    }

    /** Sealed with a key of its own, so that those who may make sessions need not be able to open credentials. */
    private static SessionCookie cookie(SupplierContext context) {
        try {
            return new SessionCookie(
                    Vault.of(context.bean(SessionSettings.class).strongKey(), List.of(), null));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("SECRET_KEY cannot be used", e);
        }
    }

    private static LiveSessions live(SupplierContext context) {
        var rounds = context.bean(Rounds.class);
        var live = new LiveSessions(
                context.bean(SessionRows.class),
                context.bean(Changes.class),
                rounds,
                context.bean(SessionSettings.class).idleLimit(),
                CLOCK);
        rounds.repeat("sessions.seen", LiveSessions.BETWEEN_FLUSHES, live.flush());
        rounds.repeat(
                "sessions.id-tokens",
                LiveSessions.BETWEEN_FLUSHES,
                context.bean(SessionIdTokens.class).forgetEnded());
        return live;
    }

    private static Sessions sessions(SupplierContext context) {
        return new R2dbcSessions(
                context.bean(SessionRows.class),
                context.bean(LiveSessions.class),
                context.bean(SessionCookie.class),
                context.bean(SessionIdTokens.class),
                context.bean(Transactions.class),
                context.bean(Changes.class),
                context.bean(SessionSettings.class).absoluteLimit(),
                CLOCK);
    }

    private static SignedIn callers(SupplierContext context) {
        return new CookieCallers(
                context.bean(SessionCookie.class),
                context.bean(LiveSessions.class),
                context.bean(Forgery.class),
                context.bean(SignIns.class),
                CLOCK);
    }
}
