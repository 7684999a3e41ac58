# TC-GW-002: Gateway Registration with OAuth Client Credentials
# Verify OAuth client_credentials flow for gateways.
#
# Expected results:
# - Gateway created with OAuth config
# - Client secret encrypted at rest
# - OAuth token obtained automatically when needed

# Step 1: Register gateway with OAuth
curl -s -X POST -H "Authorization: Bearer $ADMIN_TOKEN" \
-H "Content-Type: application/json" \
-d '{
"name": "oauth-cc-gateway",
"url": "https://upstream-mcp.example.com/sse",
"transport": "SSE",
"auth_type": "oauth",
"oauth_config": {
"grant_type": "client_credentials",
"token_url": "https://auth.example.com/oauth/token",
"client_id": "my-client-id",
"client_secret": "my-client-secret",
"scope": "mcp:read mcp:write"
},
"visibility": "public"
}' \
http://localhost:4444/gateways | jq .
# Step 2: Verify OAuth config stored
curl -s -H "Authorization: Bearer $ADMIN_TOKEN" \
http://localhost:4444/gateways | jq '.[] | select(.name == "oauth-cc-gateway") | .oauth_config'
