package io.penstock.oauth.token;

import io.penstock.catalog.Gateway;
import io.penstock.catalog.OAuthConfig.Grant;
import io.penstock.oauth.Agreements;
import io.penstock.oauth.grant.Granted;
import io.penstock.oauth.server.AuthorizationServer;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/** What users agreed to, in the rows of tokens. */
@Component
final class R2dbcAgreements implements Agreements {

    private final TokenRows rows;

    R2dbcAgreements(TokenRows rows) {
        this.rows = rows;
    }

    @Override
    public String authority(Gateway gateway, AuthorizationServer server) {
        return TokenKey.authority(gateway, Grant.AUTHORIZATION_CODE, server);
    }

    @Override
    public Mono<Void> keep(Gateway gateway, AuthorizationServer server, String user, Granted granted) {
        return rows.grant(key(gateway, server, user), granted, server.scopes(), server.origin(), server.revocation());
    }

    @Override
    public Mono<Boolean> areOf(Gateway gateway, AuthorizationServer server, String user) {
        TokenKey key = key(gateway, server, user);
        return rows.find(key).map(row -> row.key().equals(key)).defaultIfEmpty(false);
    }

    private static TokenKey key(Gateway gateway, AuthorizationServer server, String user) {
        return TokenKey.of(gateway, Grant.AUTHORIZATION_CODE, server, user);
    }
}
