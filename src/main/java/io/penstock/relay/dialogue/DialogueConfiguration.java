package io.penstock.relay.dialogue;

import io.penstock.access.Gate;
import io.penstock.credential.Wallet;
import io.penstock.egress.Egress;
import io.penstock.relay.Dialogues;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Puts the gateway's own conversations together. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(DialogueSettings.class)
class DialogueConfiguration {

    @Bean
    Dialogues dialogues(Gate gate, Wallet wallet, Egress egress, DialogueSettings settings) {
        return new HttpDialogues(gate, wallet, egress.client(), egress.streams(), settings);
    }
}
