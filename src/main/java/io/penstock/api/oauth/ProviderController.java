package io.penstock.api.oauth;

import io.penstock.api.entrance.Authenticated;
import io.penstock.oauth.Providers;
import io.swagger.v3.oas.annotations.Operation;
import java.util.List;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;

/** Templates of authorization servers. */
@RestController
public final class ProviderController {

    @Operation(summary = "What oauth_config.provider fills in; explicit fields win")
    @GetMapping("/oauth/providers")
    @Authenticated(action = "list", resource = "oauth_provider")
    Mono<List<Providers.Template>> list() {
        return Mono.just(Providers.list());
    }
}
