package io.penstock.relay.dialogue;

import io.penstock.access.Gate;
import io.penstock.credential.Wallet;
import io.penstock.relay.Dialogues;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import reactor.netty.http.client.HttpClient;

/** Puts the gateway's own conversations together. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(DialogueSettings.class)
class DialogueConfiguration {

    @Bean
    Dialogues dialogues(Gate gate, Wallet wallet, DialogueSettings settings) {
        var client = HttpClient.create().followRedirect(false);
        return new HttpDialogues(gate, wallet, client, client, settings);
    }
}
