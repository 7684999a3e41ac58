package io.penstock.api.accounts;

import io.penstock.caller.session.Sessions;
import io.penstock.oauth.Connections;
import io.penstock.oauth.Connections.Query;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/**
 * Ends what hangs on a user's name beside their row: it would go on, or be that of whoever has the name next. To be called in the transaction
 * of what is done to the row.
 */
@Component
final class Farewell {

    private final @Nullable Sessions sessions;
    private final Connections connections;

    Farewell(ObjectProvider<Sessions> sessions, Connections connections) {
        this.sessions = sessions.getIfAvailable();
        this.connections = connections;
    }

    /** Ends the user's sessions, those of an identity provider too. */
    Mono<Void> ofSessions(String user) {
        return sessions == null ? Mono.empty() : sessions.endAll(user).then();
    }

    /** Ends the sessions and cuts the accounts that are connected, here and then at their authorization servers. */
    Mono<Void> ofAll(String user) {
        return ofSessions(user).then(connections.cut(new Query(null, user, null, null)));
    }
}
