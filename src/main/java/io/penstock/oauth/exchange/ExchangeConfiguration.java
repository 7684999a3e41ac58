package io.penstock.oauth.exchange;

import io.penstock.caller.session.SessionIdTokens;
import io.penstock.credential.AccessTokens;
import io.penstock.loop.Rounds;
import io.penstock.oauth.grant.TokenEndpoint;
import io.penstock.oauth.server.AuthorizationServers;
import java.time.Clock;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Primary;

@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(ExchangeSettings.class)
class ExchangeConfiguration {

    @Bean
    ExchangedTokens exchangedTokens(
            AuthorizationServers servers,
            TokenEndpoint endpoint,
            ExchangeSettings settings,
            SessionIdTokens idTokens,
            Clock clock,
            Rounds rounds) {
        return new ExchangedTokens(servers, new Exchanges(endpoint, settings, idTokens::of), clock, rounds);
    }

    /** Each grant's own. */
    @Bean
    @Primary
    AccessTokens tokensOfEveryGrant(@Qualifier("accessTokens") AccessTokens kept, ExchangedTokens exchanged) {
        return (gateway, config) -> switch (config.grant()) {
            case CLIENT_CREDENTIALS, AUTHORIZATION_CODE -> kept.from(gateway, config);
            case TOKEN_EXCHANGE, ID_JAG -> exchanged.from(gateway, config);
        };
    }
}
