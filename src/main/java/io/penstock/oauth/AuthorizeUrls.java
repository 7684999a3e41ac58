package io.penstock.oauth;

import io.penstock.ingress.IngressSettings;
import java.util.UUID;
import org.springframework.stereotype.Component;

/** Where users agree that their calls to a gateway use their own account there. */
@Component
public final class AuthorizeUrls {

    private final IngressSettings ingress;

    public AuthorizeUrls(IngressSettings ingress) {
        this.ingress = ingress;
    }

    /** The address, as browsers know it. */
    public String of(UUID gateway) {
        return ingress.url("/oauth/authorize/" + gateway);
    }
}
