//! The functions that this library does not have yet: they return `E_NOTIMPL`. `unimplemented.txt` lists them.

use crate::ptr::Void;

exports! {
    // service-proxy
    fn WsAbandonCall(serviceproxy: Void, callid: u32; error);
    fn WsAbortServiceProxy(serviceproxy: Void; error);
    fn WsCall(serviceproxy: Void, operation: Void, arguments: Void, heap: Void, callproperties: Void, callpropertycount: u32, asynccontext: Void; error);
    fn WsCloseServiceProxy(serviceproxy: Void, asynccontext: Void; error);
    fn WsCreateServiceProxy(channeltype: i32, channelbinding: i32, securitydescription: Void, properties: Void, propertycount: u32, channelproperties: Void, channelpropertycount: u32, serviceproxy: Void; error);
    fn WsCreateServiceProxyFromTemplate(channeltype: i32, properties: Void, propertycount: u32, templatetype: i32, templatevalue: Void, templatesize: u32, templatedescription: Void, templatedescriptionsize: u32, serviceproxy: Void; error);
    void WsFreeServiceProxy(serviceproxy: Void);
    fn WsGetServiceProxyProperty(serviceproxy: Void, id: i32, value: Void, valuesize: u32; error);
    fn WsOpenServiceProxy(serviceproxy: Void, address: Void, asynccontext: Void; error);
    fn WsResetServiceProxy(serviceproxy: Void; error);
    // service-host
    fn WsAbortServiceHost(servicehost: Void; error);
    fn WsCloseServiceHost(servicehost: Void, asynccontext: Void; error);
    fn WsCreateServiceEndpointFromTemplate(channeltype: i32, properties: Void, propertycount: u32, addressurl: Void, contract: Void, authorizationcallback: Void, heap: Void, templatetype: i32, templatevalue: Void, templatesize: u32, templatedescription: Void, templatedescriptionsize: u32, serviceendpoint: Void; error);
    fn WsCreateServiceHost(endpoints: Void, endpointcount: u16, serviceproperties: Void, servicepropertycount: u32, servicehost: Void; error);
    void WsFreeServiceHost(servicehost: Void);
    fn WsGetOperationContextProperty(context: Void, id: i32, value: Void, valuesize: u32; error);
    fn WsGetServiceHostProperty(servicehost: Void, id: i32, value: Void, valuesize: u32; error);
    fn WsOpenServiceHost(servicehost: Void, asynccontext: Void; error);
    fn WsRegisterOperationForCancel(context: Void, cancelcallback: Void, freestatecallback: Void, userstate: Void; error);
    fn WsResetServiceHost(servicehost: Void; error);
    // message
    // error
    // metadata
    fn WsCreateMetadata(properties: Void, propertycount: u32, metadata: Void; error);
    void WsFreeMetadata(metadata: Void);
    fn WsGetMetadataEndpoints(metadata: Void, endpoints: Void; error);
    fn WsGetMetadataProperty(metadata: Void, id: i32, value: Void, valuesize: u32; error);
    fn WsGetMissingMetadataDocumentAddress(metadata: Void, address: Void; error);
    fn WsGetPolicyAlternativeCount(policy: Void, count: Void; error);
    fn WsGetPolicyProperty(policy: Void, id: i32, value: Void, valuesize: u32; error);
    fn WsMatchPolicyAlternative(policy: Void, alternativeindex: u32, policyconstraints: Void, matchrequired: i32, heap: Void; error);
    fn WsReadMetadata(metadata: Void, reader: Void, url: Void; error);
    fn WsResetMetadata(metadata: Void; error);
    // security-token
    fn WsCreateXmlSecurityToken(tokenxml: Void, tokenkey: Void, properties: Void, propertycount: u32, token: Void; error);
    void WsFreeSecurityToken(token: Void);
    fn WsGetSecurityContextProperty(securitycontext: Void, id: i32, value: Void, valuesize: u32; error);
    fn WsGetSecurityTokenProperty(securitytoken: Void, id: i32, value: Void, valuesize: u32, heap: Void; error);
    fn WsRequestSecurityToken(channel: Void, properties: Void, propertycount: u32, token: Void, asynccontext: Void; error);
    fn WsRevokeSecurityContext(securitycontext: Void; error);
    // string/misc
}
