package io.penstock.oauth.server;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import reactor.core.publisher.Mono;

@Configuration(proxyBeanMethods = false)
class ServerConfiguration {

    @Bean
    Clients clients() {
        return (config, metadata) -> Mono.error(Undiscovered.wrong(
                "this gateway has no client there: set client_id in oauth_config, as the server knows it"));
    }
}
