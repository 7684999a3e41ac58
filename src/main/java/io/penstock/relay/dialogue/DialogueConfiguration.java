package io.penstock.relay.dialogue;

import io.penstock.access.Gate;
import io.penstock.credential.Wallet;
import io.penstock.relay.Dialogues;
import io.penstock.relay.leg.Openings;
import io.penstock.relay.line.Limits;
import io.penstock.relay.line.Line;
import io.penstock.relay.line.Ways;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.util.unit.DataSize;

/** Puts the gateway's own conversations together. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(DialogueSettings.class)
class DialogueConfiguration {

    /** The largest body, or event of a stream, that is read. */
    static final DataSize LARGEST = DataSize.ofMegabytes(4);

    @Bean
    Dialogues dialogues(Gate gate, Wallet wallet, Ways ways, Openings openings, DialogueSettings settings) {
        var limits = new Limits(settings.requestTimeout(), settings.requestTimeout(), LARGEST);
        return new HttpDialogues(gate, wallet, credential -> new Line(ways, credential, limits), openings, settings);
    }
}
