package io.penstock.relay.through;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaders;
import io.penstock.access.Permits;
import io.penstock.catalog.SampleGateways;
import io.penstock.credential.Outbounds;
import java.net.URI;
import java.util.List;
import org.junit.jupiter.api.Test;

class UpstreamHeadersTests {

    private static final String NAMED = "X-Tenant";

    private static HttpHeaders sent(boolean passthrough) {
        var permit = Permits.own(SampleGateways.passing(List.of(NAMED)));
        permit.arrival().request().headers().add(NAMED, "acme").add("X-Other", "kept back");
        var head = new DefaultHttpHeaders();
        UpstreamHeaders.fill(
                head,
                Outbounds.of(permit, URI.create("http://upstream/mcp"), new DefaultHttpHeaders()),
                null,
                null,
                passthrough);
        return head;
    }

    @Test
    void aHeaderThatTheGatewayNamesGoesOnWhereTheOperatorLetsItPass() {
        var head = sent(true);

        assertThat(head.get(NAMED)).isEqualTo("acme");
        assertThat(head.contains("X-Other")).isFalse();
    }

    @Test
    void otherwiseNoneGoesOn() {
        assertThat(sent(false).contains(NAMED)).isFalse();
    }
}
