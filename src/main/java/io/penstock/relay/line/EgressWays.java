package io.penstock.relay.line;

import io.penstock.catalog.UpstreamTls;
import io.penstock.credential.Credential;
import io.penstock.egress.Clients;
import io.penstock.egress.Egress;
import io.penstock.egress.tls.Identity;
import org.springframework.stereotype.Component;

/** The connections of everybody, or those of an upstream that has TLS of its own. */
@Component
final class EgressWays implements Ways {

    private final Egress egress;

    EgressWays(Egress egress) {
        this.egress = egress;
    }

    @Override
    public Clients of(Credential credential) {
        var own = credential.tls();
        if (own == null) {
            return egress.clients();
        }
        UpstreamTls tls = own.opened();
        return egress.clients(new Identity(
                credential.gateway().id(),
                own.version(),
                tls.authorities(),
                tls.certificate(),
                tls.key() == null ? null : tls.key().reveal(),
                tls.pins()));
    }
}
