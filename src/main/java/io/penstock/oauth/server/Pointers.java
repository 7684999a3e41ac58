package io.penstock.oauth.server;

import io.penstock.egress.Destinations;
import io.penstock.wire.Refusal;
import java.net.URI;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Addresses that others than the operator name. */
@Component
public final class Pointers {

    private final Destinations destinations;

    public Pointers(Destinations destinations) {
        this.destinations = destinations;
    }

    /** One that secrets may be sent to, if it may be connected to: https, or http on this machine. Null where it is none. */
    public @Nullable URI confidential(@Nullable String text) {
        URI url = url(text);
        return url != null && Destinations.isConfidential(url) ? url : null;
    }

    /** One without secrets: as above, or where that upstream is. Null where it is none. */
    @Nullable
    URI near(@Nullable String text, URI upstream) {
        URI url = url(text);
        return url != null && (Destinations.isConfidential(url) || Destinations.sameOrigin(url, upstream)) ? url : null;
    }

    private @Nullable URI url(@Nullable String text) {
        try {
            return text == null ? null : destinations.check(text);
        } catch (Refusal notOne) {
            return null;
        }
    }
}
