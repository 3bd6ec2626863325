var Su=Object.create;var ba=Object.defineProperty;var xu=Object.getOwnPropertyDescriptor;var Mu=Object.getOwnPropertyNames;var Au=Object.getPrototypeOf,Tu=Object.prototype.hasOwnProperty;var Cu=(n,e)=>()=>{try{return e||n((e={exports:{}}).exports,e),e.exports}catch(t){throw e=0,t}};var ku=(n,e,t,s)=>{if(e&&typeof e=="object"||typeof e=="function")for(let r of Mu(e))!Tu.call(n,r)&&r!==t&&ba(n,r,{get:()=>e[r],
enumerable:!(s=xu(e,r))||s.enumerable});return n};var Pu=(n,e,t)=>(t=n!=null?Su(Au(n)):{},ku(e||!n||!n.__esModule?ba(t,"default",{value:n,enumerable:!0}):t,n));var ya=Uint8Array.fromBase64||(()=>{for(var n=new Uint8Array(128),e=0;e<64;e++)n[e<26?e+65:e<52?e+71:e<62?e-4:e*4-205]=e;
return t=>{for(var s=t.length,r=new Uint8Array((s-(t[s-1]=="=")-(t[s-2]=="="))*3/4|0),o=0,i=0;o<s;){var a=n[t.charCodeAt(
o++)],l=n[t.charCodeAt(o++)],c=n[t.charCodeAt(o++)],m=n[t.charCodeAt(o++)];r[i++]=a<<2|l>>4,r[i++]=l<<4|c>>2,r[i++]=c<<6|
m}return r}})();var yc=Cu(fi=>{var cc=Object.defineProperty,Mp=n=>cc(n,"__esModule",{value:!0}),Ap=(n,e)=>{for(var t in e)cc(n,t,{get:e[t],
enumerable:!0})};Mp(fi);Ap(fi,{GIFEncoder:()=>gc,applyPalette:()=>Fp,default:()=>Gp,nearestColor:()=>_p,nearestColorIndex:()=>pc,
nearestColorIndexWithDistance:()=>fc,prequantize:()=>Np,quantize:()=>Lp,snapColorsToPalette:()=>Dp});var Tp={signature:"\
GIF",version:"89a",trailer:59,extensionIntroducer:33,applicationExtensionLabel:255,graphicControlExtensionLabel:249,imageSeparator:44,
signatureSize:3,versionSize:3,globalColorTableFlagMask:128,colorResolutionMask:112,sortFlagMask:8,globalColorTableSizeMask:7,
applicationIdentifierSize:8,applicationAuthCodeSize:3,disposalMethodMask:28,userInputFlagMask:2,transparentColorFlagMask:1,
localColorTableFlagMask:128,interlaceFlagMask:64,idSortFlagMask:32,localColorTableSizeMask:7};function hc(n=256){let e=0,
t=new Uint8Array(n);return{get buffer(){return t.buffer},reset(){e=0},bytesView(){return t.subarray(0,e)},bytes(){return t.
slice(0,e)},writeByte(r){s(e+1),t[e]=r,e++},writeBytes(r,o=0,i=r.length){s(e+i);for(let a=0;a<i;a++)t[e++]=r[a+o]},writeBytesView(r,o=0,i=r.
byteLength){s(e+i),t.set(r.subarray(o,o+i),e),e+=i}};function s(r){var o=t.length;if(o>=r)return;var i=1024*1024;r=Math.
max(r,o*(o<i?2:1.125)>>>0),o!=0&&(r=Math.max(r,256));let a=t;t=new Uint8Array(r),e>0&&t.set(a.subarray(0,e),0)}}var ui=12,
ic=5003,Cp=[0,1,3,7,15,31,63,127,255,511,1023,2047,4095,8191,16383,32767,65535];function kp(n,e,t,s,r=hc(512),o=new Uint8Array(
256),i=new Int32Array(ic),a=new Int32Array(ic)){let l=i.length,c=Math.max(2,s);o.fill(0),a.fill(0),i.fill(-1);let m=0,u=0,
p=c+1,f=p,g=!1,b=f,y=(1<<b)-1,w=1<<p-1,S=w+1,M=w+2,x=0,P=t[0],F=0;for(let O=l;O<65536;O*=2)++F;F=8-F,r.writeByte(c),q(w);
let L=t.length;for(let O=1;O<L;O++)e:{let ke=t[O],Pe=(ke<<ui)+P,G=ke<<F^P;if(i[G]===Pe){P=a[G];break e}let Mo=G===0?1:l-
G;for(;i[G]>=0;)if(G-=Mo,G<0&&(G+=l),i[G]===Pe){P=a[G];break e}q(P),P=ke,M<1<<ui?(a[G]=M++,i[G]=Pe):(i.fill(-1),M=w+2,g=
!0,q(w))}return q(P),q(S),r.writeByte(0),r.bytesView();function q(O){for(m&=Cp[u],u>0?m|=O<<u:m=O,u+=b;u>=8;)o[x++]=m&255,
x>=254&&(r.writeByte(x),r.writeBytesView(o,0,x),x=0),m>>=8,u-=8;if((M>y||g)&&(g?(b=f,y=(1<<b)-1,g=!1):(++b,y=b===ui?1<<b:
(1<<b)-1)),O==S){for(;u>0;)o[x++]=m&255,x>=254&&(r.writeByte(x),r.writeBytesView(o,0,x),x=0),m>>=8,u-=8;x>0&&(r.writeByte(
x),r.writeBytesView(o,0,x),x=0)}}}var Pp=kp;function mc(n,e,t){return n<<8&63488|e<<2&992|t>>3}function uc(n,e,t,s){return n>>
4|e&240|(t&240)<<4|(s&240)<<8}function dc(n,e,t){return n>>4<<8|e&240|t>>4}function Kn(n,e,t){return n<e?e:n>t?t:n}function zs(n){
return n*n}function ac(n,e,t){var s=0,r=1e100;let o=n[e],i=o.cnt,a=o.ac,l=o.rc,c=o.gc,m=o.bc;for(var u=o.fw;u!=0;u=n[u].
fw){let f=n[u],g=f.cnt,b=i*g/(i+g);if(!(b>=r)){var p=0;t&&(p+=b*zs(f.ac-a),p>=r)||(p+=b*zs(f.rc-l),!(p>=r)&&(p+=b*zs(f.gc-
c),!(p>=r)&&(p+=b*zs(f.bc-m),!(p>=r)&&(r=p,s=u))))}}o.err=r,o.nn=s}function di(){return{ac:0,rc:0,gc:0,bc:0,cnt:0,nn:0,fw:0,
bk:0,tm:0,mtm:0,err:0}}function Ep(n,e){let t=e==="rgb444"?4096:65536,s=new Array(t),r=n.length;if(e==="rgba4444")for(let o=0;o<
r;++o){let i=n[o],a=i>>24&255,l=i>>16&255,c=i>>8&255,m=i&255,u=uc(m,c,l,a),p=u in s?s[u]:s[u]=di();p.rc+=m,p.gc+=c,p.bc+=
l,p.ac+=a,p.cnt++}else if(e==="rgb444")for(let o=0;o<r;++o){let i=n[o],a=i>>16&255,l=i>>8&255,c=i&255,m=dc(c,l,a),u=m in
s?s[m]:s[m]=di();u.rc+=c,u.gc+=l,u.bc+=a,u.cnt++}else for(let o=0;o<r;++o){let i=n[o],a=i>>16&255,l=i>>8&255,c=i&255,m=mc(
c,l,a),u=m in s?s[m]:s[m]=di();u.rc+=c,u.gc+=l,u.bc+=a,u.cnt++}return s}function Lp(n,e,t={}){let{format:s="rgb565",clearAlpha:r=!0,
clearAlphaColor:o=0,clearAlphaThreshold:i=0,oneBitAlpha:a=!1}=t;if(!n||!n.buffer)throw new Error("quantize() expected RG\
BA Uint8Array data");if(!(n instanceof Uint8Array)&&!(n instanceof Uint8ClampedArray))throw new Error("quantize() expect\
ed RGBA Uint8Array data");let l=new Uint32Array(n.buffer),c=t.useSqrt!==!1,m=s==="rgba4444",u=Ep(l,s),p=u.length,f=p-1,g=new Uint32Array(
p+1);for(var b=0,w=0;w<p;++w){let me=u[w];if(me!=null){var y=1/me.cnt;m&&(me.ac*=y),me.rc*=y,me.gc*=y,me.bc*=y,u[b++]=me}}
zs(e)/b<.022&&(c=!1);for(var w=0;w<b-1;++w)u[w].fw=w+1,u[w+1].bk=w,c&&(u[w].cnt=Math.sqrt(u[w].cnt));c&&(u[w].cnt=Math.sqrt(
u[w].cnt));var S,M,x;for(w=0;w<b;++w){ac(u,w,!1);var P=u[w].err;for(M=++g[0];M>1&&(x=M>>1,!(u[S=g[x]].err<=P));M=x)g[M]=
S;g[M]=w}var F=b-e;for(w=0;w<F;){for(var L;;){var q=g[1];if(L=u[q],L.tm>=L.mtm&&u[L.nn].mtm<=L.tm)break;L.mtm==f?q=g[1]=
g[g[0]--]:(ac(u,q,!1),L.tm=w);var P=u[q].err;for(M=1;(x=M+M)<=g[0]&&(x<g[0]&&u[g[x]].err>u[g[x+1]].err&&x++,!(P<=u[S=g[x]].
err));M=x)g[M]=S;g[M]=q}var O=u[L.nn],ke=L.cnt,Pe=O.cnt,y=1/(ke+Pe);m&&(L.ac=y*(ke*L.ac+Pe*O.ac)),L.rc=y*(ke*L.rc+Pe*O.rc),
L.gc=y*(ke*L.gc+Pe*O.gc),L.bc=y*(ke*L.bc+Pe*O.bc),L.cnt+=O.cnt,L.mtm=++w,u[O.bk].fw=O.fw,u[O.fw].bk=O.bk,O.mtm=f}let G=[];
var Mo=0;for(w=0;;++Mo){let Ao=Kn(Math.round(u[w].rc),0,255),me=Kn(Math.round(u[w].gc),0,255),To=Kn(Math.round(u[w].bc),
0,255),vt=255;m&&(vt=Kn(Math.round(u[w].ac),0,255),a&&(vt=vt<=(typeof a=="number"?a:127)?0:255),r&&vt<=i&&(Ao=me=To=o,vt=
0));let ga=m?[Ao,me,To,vt]:[Ao,me,To];if(Ip(G,ga)||G.push(ga),(w=u[w].fw)==0)break}return G}function Ip(n,e){for(let t=0;t<
n.length;t++){let s=n[t],r=s[0]===e[0]&&s[1]===e[1]&&s[2]===e[2],o=s.length>=4&&e.length>=4?s[3]===e[3]:!0;if(r&&o)return!0}
return!1}function Yn(n,e){var t=0,s;for(s=0;s<n.length;s++){let r=n[s]-e[s];t+=r*r}return t}function Xn(n,e){return e>1?
Math.round(n/e)*e:n}function Np(n,{roundRGB:e=5,roundAlpha:t=10,oneBitAlpha:s=null}={}){let r=new Uint32Array(n.buffer);
for(let o=0;o<r.length;o++){let i=r[o],a=i>>24&255,l=i>>16&255,c=i>>8&255,m=i&255;a=Xn(a,t),s&&(a=a<=(typeof s=="number"?
s:127)?0:255),m=Xn(m,e),c=Xn(c,e),l=Xn(l,e),r[o]=a<<24|l<<16|c<<8|m<<0}}function Fp(n,e,t="rgb565"){if(!n||!n.buffer)throw new Error(
"quantize() expected RGBA Uint8Array data");if(!(n instanceof Uint8Array)&&!(n instanceof Uint8ClampedArray))throw new Error(
"quantize() expected RGBA Uint8Array data");if(e.length>256)throw new Error("applyPalette() only works with 256 colors o\
r less");let s=new Uint32Array(n.buffer),r=s.length,o=t==="rgb444"?4096:65536,i=new Uint8Array(r),a=new Array(o),l=t==="\
rgba4444";if(t==="rgba4444")for(let c=0;c<r;c++){let m=s[c],u=m>>24&255,p=m>>16&255,f=m>>8&255,g=m&255,b=uc(g,f,p,u),y=b in
a?a[b]:a[b]=Op(g,f,p,u,e);i[c]=y}else{let c=t==="rgb444"?dc:mc;for(let m=0;m<r;m++){let u=s[m],p=u>>16&255,f=u>>8&255,g=u&
255,b=c(g,f,p),y=b in a?a[b]:a[b]=Rp(g,f,p,e);i[m]=y}}return i}function Op(n,e,t,s,r){let o=0,i=1e100;for(let a=0;a<r.length;a++){
let l=r[a],c=l[3],m=yt(c-s);if(m>i)continue;let u=l[0];if(m+=yt(u-n),m>i)continue;let p=l[1];if(m+=yt(p-e),m>i)continue;
let f=l[2];m+=yt(f-t),!(m>i)&&(i=m,o=a)}return o}function Rp(n,e,t,s){let r=0,o=1e100;for(let i=0;i<s.length;i++){let a=s[i],
l=a[0],c=yt(l-n);if(c>o)continue;let m=a[1];if(c+=yt(m-e),c>o)continue;let u=a[2];c+=yt(u-t),!(c>o)&&(o=c,r=i)}return r}
function Dp(n,e,t=5){if(!n.length||!e.length)return;let s=n.map(i=>i.slice(0,3)),r=t*t,o=n[0].length;for(let i=0;i<e.length;i++){
let a=e[i];a.length<o?a=[a[0],a[1],a[2],255]:a.length>o?a=a.slice(0,3):a=a.slice();let l=fc(s,a.slice(0,3),Yn),c=l[0],m=l[1];
m>0&&m<=r&&(n[c]=a)}}function yt(n){return n*n}function pc(n,e,t=Yn){let s=1/0,r=-1;for(let o=0;o<n.length;o++){let i=n[o],
a=t(e,i);a<s&&(s=a,r=o)}return r}function fc(n,e,t=Yn){let s=1/0,r=-1;for(let o=0;o<n.length;o++){let i=n[o],a=t(e,i);a<
s&&(s=a,r=o)}return[r,s]}function _p(n,e,t=Yn){return n[pc(n,e,t)]}function gc(n={}){let{initialCapacity:e=4096,auto:t=!0}=n,
s=hc(e),r=5003,o=new Uint8Array(256),i=new Int32Array(r),a=new Int32Array(r),l=!1;return{reset(){s.reset(),l=!1},finish(){
s.writeByte(Tp.trailer)},bytes(){return s.bytes()},bytesView(){return s.bytesView()},get buffer(){return s.buffer},get stream(){
return s},writeHeader:c,writeFrame(m,u,p,f={}){let{transparent:g=!1,transparentIndex:b=0,delay:y=0,palette:w=null,repeat:S=0,
colorDepth:M=8,dispose:x=-1}=f,P=!1;if(t?l||(P=!0,c(),l=!0):P=!!f.first,u=Math.max(0,Math.floor(u)),p=Math.max(0,Math.floor(
p)),P){if(!w)throw new Error("First frame must include a { palette } option");Hp(s,u,p,w,M),lc(s,w),S>=0&&zp(s,S)}let F=Math.
round(y/10);Bp(s,x,F,g,b);let L=!!w&&!P;Up(s,u,p,L?w:null),L&&lc(s,w),qp(s,m,u,p,M,o,i,a)}};function c(){bc(s,"GIF89a")}}
function Bp(n,e,t,s,r){n.writeByte(33),n.writeByte(249),n.writeByte(4),r<0&&(r=0,s=!1);var o,i;s?(o=1,i=2):(o=0,i=0),e>=
0&&(i=e&7),i<<=2,n.writeByte(0|i|0|o),Qe(n,t),n.writeByte(r||0),n.writeByte(0)}function Hp(n,e,t,s,r=8){let a=pi(s.length)-
1,l=128|r-1<<4|0|a,c=0,m=0;Qe(n,e),Qe(n,t),n.writeBytes([l,c,m])}function zp(n,e){n.writeByte(33),n.writeByte(255),n.writeByte(
11),bc(n,"NETSCAPE2.0"),n.writeByte(3),n.writeByte(1),Qe(n,e),n.writeByte(0)}function lc(n,e){let t=1<<pi(e.length);for(let s=0;s<
t;s++){let r=[0,0,0];s<e.length&&(r=e[s]),n.writeByte(r[0]),n.writeByte(r[1]),n.writeByte(r[2])}}function Up(n,e,t,s){if(n.
writeByte(44),Qe(n,0),Qe(n,0),Qe(n,e),Qe(n,t),s){let i=pi(s.length)-1;n.writeByte(128|i)}else n.writeByte(0)}function qp(n,e,t,s,r=8,o,i,a){
Pp(t,s,e,r,n,o,i,a)}function Qe(n,e){n.writeByte(e&255),n.writeByte(e>>8&255)}function bc(n,e){for(var t=0;t<e.length;t++)
n.writeByte(e.charCodeAt(t))}function pi(n){return Math.max(Math.ceil(Math.log2(n)),1)}var Gp=gc});var d=(n,e={},...t)=>wa(document.createElement(n),e,t),H=(n,e={},...t)=>wa(document.createElementNS("http://www.w3.org/2\
000/svg",n),e,t);function wa(n,e,t){for(let[s,r]of Object.entries(e))s==="style"?n.style.cssText=String(r):typeof r=="fu\
nction"?n.addEventListener(s.replace(/^on/,""),r):r===!0?n.setAttribute(s,""):r!==!1&&r!==null&&n.setAttribute(s,String(
r));return n.append(...t),n}function A(n,e){n.textContent!==e&&(n.textContent=e)}var vs=(n,e)=>n.querySelector(e);function Co(n){
return n.getRootNode().activeElement??null}function ye(n,e,t){let s=()=>[...n.querySelectorAll(e)],r=s().indexOf(Co(n));
t(),r>=0&&(s()[r]??s().at(-1)??n).focus()}var v=(n,e,t={})=>d("button",{type:"button",class:"lp-button",onclick:e,...t},
n),we=(n,e,t)=>v(n,t,{class:"lp-small","aria-label":e,title:e}),ue=n=>Object.entries(n).map(([e,t])=>d("option",{value:e},
t)),rn=n=>d("dl",{class:"lp-values"},...n.map(([e,t])=>d("div",{},d("dt",{},e),d("dd",{},t))));function Ee(n,e,t){let s=n.
querySelector(`[data-about="${e}"]`);return s&&s.textContent===t?!1:(t?s?s.textContent=t:n.append(d("p",{"data-about":e},
t)):s?.remove(),!!t)}function it(n,e){let t=new ResizeObserver(e);t.observe(n);let s=new AbortController,r=()=>window.matchMedia(
`(resolution: ${window.devicePixelRatio}dppx)`).addEventListener("change",o,{once:!0,signal:s.signal}),o=()=>{r(),e()};return r(),
()=>{t.disconnect(),s.abort()}}var Ss=class{listeners=new Map;on(e,t,s){let r=this.listeners.get(e)??new Set;this.listeners.set(e,r.add(t));let o=()=>{
r.delete(t)};return s?.on("close",o),o}emit=(e,...[t={}])=>{for(let s of[...this.listeners.get(e)??[]])s(t)}},E=new Ss;var{catalogue:xs,rowWords:ko}=typeof PAGE_TEXTS>"u"?{catalogue:{},rowWords:[]}:PAGE_TEXTS;function h(n,e){let t=Object.hasOwn(xs,n)?xs[n]:n;return e?va(t,e):t}function St(n,e,t,s={}){let r=t===1?n:e,o=Object.hasOwn(
xs,n)?xs[n]:r;return va(o,{count:t,...s})}var Eu=/[。！？；：][”’）」]*$/,I=(...n)=>n.filter(Boolean).reduce(
(e,t)=>e&&!Eu.test(e)?`${e} ${t}`:e+t,""),xt=n=>n,va=(n,e)=>n.replace(/\{(\w+)\}/g,(t,s)=>Object.hasOwn(e,s)?String(e[s]):
t);var Po=h("The browser does not allow copying. The text is selected: press Ctrl + C, or ⌘ + C on a Mac.");function Sa(){
let n=[],e={set:(t,s)=>n.push(r=>r.set(t,s)),delete:t=>n.push(s=>s.delete(t))};return E.emit("link",{query:e}),t=>n.forEach(
s=>s(t))}var on=class{timer=0;status=d("span",{class:"lb-note",role:"status"});field=d("textarea",{class:"lb-field",rows:3,
readonly:!0,spellcheck:"false"});manualCopy=d("div",{class:"lb-hand",hidden:!0},this.field);close(){window.clearTimeout(
this.timer)}async copyText(e,t,s){try{await navigator.clipboard.writeText(e),this.manualCopy.hidden=!0,this.announce(t)}catch{
this.field.value=e,this.field.setAttribute("aria-label",s),this.manualCopy.hidden=!1,this.field.focus(),this.field.select(),
this.announce(Po)}}announce(e){window.clearTimeout(this.timer),this.status.textContent="",this.timer=window.setTimeout(()=>{
this.status.textContent=e,e!==Po&&(this.timer=window.setTimeout(()=>this.status.textContent="",6e3))},60)}hideField(){this.
manualCopy.hidden=!0,this.status.textContent===Po&&(this.status.textContent="")}};var at=class extends Error{};function lt(n){if(n instanceof at)return n.message;throw n}var xa=new Map;function Ma(n){for(let[e,t]of Object.entries(n))xa.set(e,t)}async function Y(n,e){let t=xa.get(n);if(!t)throw new at(
h("{subject} is not in this widget.",{subject:e}));return new Uint8Array(t.buffer,t.byteOffset,t.byteLength).slice().buffer}
var Aa=(n,e,t,s)=>Y(n,h("The answer")),ve={href:()=>"",open:n=>{},path:()=>"",search:()=>"",isReopened:()=>!1,put:n=>{}},
Ta=({setStateValue:n},e,t)=>n(e,t),Eo="a[data-page]";var Ca=()=>document.documentElement;var ka=()=>0;var Lu="[role=dialog]",Iu="a[href], button, input, select, summary, textarea, [tabindex]";function Pa(n){let e=n.getRootNode(),
t=e.host,s=t?.closest(Lu);if(!t||!s)return;let r=()=>[...e.querySelectorAll(Iu)].filter(a=>a.tabIndex>=0&&a.checkVisibility()),
o=!1,i=a=>{o=a.shiftKey};s.addEventListener("keydown",i,{capture:!0}),t.tabIndex=0,t.addEventListener("focus",()=>{e.activeElement||
r().at(o?-1:0)?.focus()}),e.addEventListener("keydown",a=>{let{key:l,shiftKey:c,altKey:m,ctrlKey:u,metaKey:p}=a;if(l!=="\
Tab"||m||u||p)return;let f=r(),g=f.indexOf(e.activeElement),b=f[g+(c?-1:1)];g<0||!b||(a.preventDefault(),a.stopPropagation(),
b.focus())})}var Nu={f4:Float32Array,i1:Int8Array,i2:Int16Array,i4:Int32Array,u1:Uint8Array,u2:Uint16Array},Lo=8;function re(n){if(!(n instanceof
Uint8Array)||n.length<Lo)throw new Error(h("The data of this part of the page did not arrive."));let e=n.slice().buffer,
t=new DataView(e).getUint32(0,!0),s=Lo+t;if(s>e.byteLength||s%8)throw new Error(h("The data of this part of the page arr\
ived incomplete."));let r=JSON.parse(new TextDecoder().decode(new Uint8Array(e,Lo,t)));if(r.v!==1)throw new Error(h("The\
 data of this part of the page has a format that this page does not know; reload the page."));let o={};for(let[i,a]of Object.
entries(r.arrays))o[i]=Fu(e,s,i,a);return{header:r,fields:o}}function Fu(n,e,t,s){let r=Nu[s.dtype],o=s.shape.reduce((a,l)=>a*
l,1);if(!(r&&e+s.offset+o*r.BYTES_PER_ELEMENT<=n.byteLength)||s.offset%r.BYTES_PER_ELEMENT)throw new Error(h("The data o\
f this part of the page lacks all or part of “{name}”.",{name:t}));return{values:new r(n,e+s.offset,o),shape:s.shape,
box:s.box??null,levels:s.levels??null}}var W=class{capacity;entries=new Map;constructor(e){this.capacity=e}getOrFetch(e,t){let s=this.entries.get(e)??this.track(
e,t());this.entries.delete(e),this.entries.set(e,s);for(let r of this.entries.keys())this.entries.size>this.capacity&&this.
entries.delete(r);return s.promise}track(e,t){let s={promise:t,value:null};return t.then(r=>s.value=r,()=>this.entries.get(
e)===s&&this.entries.delete(e)),s}peek(e){return this.entries.get(e)?.value??null}};var Ou=new W(4),Io=new W(24);function Ms(n){let{codes:e,groups:t,filter:s}=n.header,r=[{file:e,cache:Ou},{file:t,cache:Io},
{file:s,cache:Io}].flatMap(({file:a,cache:l})=>a?[Ru(a,l)]:[]),o=a=>({...n,fields:Object.assign({},...a,n.fields)}),i=r.
flatMap(({fields:a})=>a?[a]:[]);return i.length===r.length?o(i):Promise.all(r.map(({pendingFields:a})=>a)).then(o)}function Ru(n,e){
return{pendingFields:e.getOrFetch(n.sha,async()=>re(new Uint8Array(await Y(n.url,h("The codes")))).fields),fields:e.peek(
n.sha)}}var Ea=(n,e)=>{Io.getOrFetch(n.sha,async()=>e)},an=class{part;latestNumber=0;constructor(e){this.part=e}async receive(e){
let t=++this.latestNumber;try{let s=Ms(e&&"header"in e?e:re(e)),r=s instanceof Promise?await s:s;t===this.latestNumber&&
this.part.update(r)}catch(s){t===this.latestNumber&&this.part.setNote("data",s instanceof Error?h("{problem} The plain c\
ontrols still work.",{problem:s.message}):String(s))}}close(){this.latestNumber=NaN}};var Du=1500,La=3e3,ln=class{page;parts=new Set;unansweredCounts=new Map;stayingParts=new Set;heldMessages=new Map;lastSentAt;leftAt;pendingNavigation=null;isNavigating=!1;navigatingPart=null;leftPath="";timer=0;constructor(e){
this.page=e,this.lastSentAt=this.leftAt=-1/0,e.addEventListener("click",t=>this.interceptClick(t),!0)}isHoldingBack(e){return this.
pendingNavigation!==null||performance.now()-this.leftAt<La&&!this.stayingParts.has(e)}sendOrHold(e,t,s){this.isHoldingBack(
e)?this.heldMessages.set(e,(this.heldMessages.get(e)??new Map).set(t,s)):this.sendNow(e,s)}sendNow(e,t){t(),this.unansweredCounts.
set(e,(this.unansweredCounts.get(e)??0)+1),this.lastSentAt=performance.now()}receiveAnswer(e){let t=(this.unansweredCounts.
get(e)??0)-1;if(t>0?this.unansweredCounts.set(e,t):this.unansweredCounts.delete(e),this.pendingNavigation)return void(this.
unansweredCounts.size||this.retryNavigation());if(this.stayingParts.add(e),e!==this.navigatingPart||ve.path()!==this.leftPath)
return this.sendHeld(e);this.leftAt=-1/0,this.sendAllHeld()}sendHeld(e){let t=this.heldMessages.get(e);this.heldMessages.
delete(e),t?.forEach((s,r)=>this.sendOrHold(e,r,s))}sendAllHeld(){for(let e of[...this.heldMessages.keys()])this.isHoldingBack(
e)||this.sendHeld(e)}removePart(e){for(let t of[this.parts,this.unansweredCounts,this.stayingParts,this.heldMessages])t.
delete(e)}interceptClick(e){let t=e.target?.closest?.(Eo),s=e.button||e.ctrlKey||e.metaKey||e.shiftKey||e.altKey;if(!t||
s||e.defaultPrevented||t.target==="_blank"||t.getAttribute("disabled")!==null)return;let r=t.getAttribute("href"),o=()=>[
...this.page.querySelectorAll(Eo)].find(i=>i.getAttribute("href")===r);this.requestNavigation(()=>o()?.click())&&(e.preventDefault(),
e.stopImmediatePropagation())}requestNavigation(e,t=null){if(!this.isNavigating)for(let r of this.parts)this.isHoldingBack(
r)||r.sendPending?.();let s=this.isNavigating||!this.unansweredCounts.size?0:this.lastSentAt+Du-performance.now();return window.
clearTimeout(this.timer),this.pendingNavigation=s>0?e:null,this.pendingNavigation?this.timer=window.setTimeout(()=>this.
retryNavigation(),s):this.markLeft(t),this.pendingNavigation!==null}retryNavigation(){let e=this.pendingNavigation;window.
clearTimeout(this.timer),this.pendingNavigation=null,this.isNavigating=!0,e?.(),this.isNavigating=!1,this.sendAllHeld()}markLeft(e){
this.unansweredCounts.clear(),this.stayingParts.clear(),this.navigatingPart=e,this.leftPath=ve.path(),this.leftAt=performance.
now(),this.timer=window.setTimeout(()=>this.sendAllHeld(),La)}};var Mt=new ln(document);function Z(n){let e=new WeakMap,t=s=>{let r=new an(new n(s));return e.set(s,r),Pa(s),r};return s=>{
let{data:r,parentElement:o}=s;o.querySelector("p.lp-unavailable")?.remove();let i=e.get(o)??t(o),{part:a}=i;Mt.parts.add(
a),Mt.receiveAnswer(a);let l=(c,m)=>()=>Ta(s,c,m);return a.sendMessage=(c,m)=>Mt.sendOrHold(a,c,l(c,m)),a.turnPage=(c,m)=>{
Mt.requestNavigation(()=>a.turnPage?.(c,m),a)||Mt.sendNow(a,l(c,m))},i.receive(r),()=>window.setTimeout(()=>{o.isConnected||
e.get(o)!==i||(i.close(),a.close?.(),o.querySelector(".lp")?.remove(),Mt.removePart(a),e.delete(o))})}}function k(n,e){let t=n.getContext("2d",e);if(!t)throw new Error(h("This browser cannot draw on another canvas."));return t}
function $(n,e,t){n.strokeStyle=e,n.lineWidth=t,n.stroke()}function At(n,e,t,s){n.beginPath(),n.arc(e,t,s,0,2*Math.PI)}function Tt(n,e,t,s,r,o){
At(n,e,t,s),$(n,r,o)}function cn(n,e,t,s,r){At(n,e,t,s),n.fillStyle=r,n.fill()}function hn(n,e,t,s){n.beginPath();for(let r=0;r+
1<t.length;r+=2){let[o,i]=e(t[r],t[r+1]);n.moveTo(o-s,i),n.lineTo(o+s,i),n.moveTo(o,i-s),n.lineTo(o,i+s)}}var[Fa,Oa]=[128,127],[Ct,_u]=[48,96],Ia=[32,38,46],Bu=[120,128,138],Hu=[255,166,77],Na=[92,180,255],Ra=Fa/255,kt=n=>n[0]===
1&&n[1]===1,z=(n,e,t="row")=>e?ko.length?ko.reduce((s,[r,o])=>s.replace(new RegExp(r,"g"),o),n):n.replace(/image/g,t).replace(
/Image/g,t[0].toUpperCase()+t.slice(1)):n,mn=n=>(255*n-Fa)/Oa,Pt=({middles:n,reaches:e},t,s)=>n[t]+e[t]*mn(s),ct=({reaches:n},e,t=8)=>Math.
min(t,Math.max(0,Math.ceil(-Math.log10(n[e]/Oa))));function Da(n){let e=Math.ceil(n/_u),t=Math.ceil(n/e);return{bars:t,barWidth:Math.
max(1,Math.round(Ct/t)),featuresPerBar:e}}function _a(n){let{bars:e,barWidth:t}=Da(n);return[e*t,Ct]}function zu(n,e){return n===
0?e<0?Na:Bu:n>0?n<=e?Hu:Ia:n>e?Na:Ia}function Ba(n){let{bars:e,barWidth:t,featuresPerBar:s}=Da(n.length),r=new ImageData(
e*t,Ct);for(let o=0;o<r.width;o++){let i=Math.floor(o/t)*s,a=0;for(let c=i;c<Math.min(i+s,n.length);c++){let m=mn(Math.round(
255*Math.min(1,Math.max(0,n[c])))/255);Math.abs(m)>Math.abs(a)&&(a=m)}let l=t>2&&o%t===t-1?0:Math.floor(a*Ct/2+.5);for(let c=0;c<
Ct;c++){let m=Ct/2-c;r.data.set([...zu(m,l),255],4*(c*r.width+o))}}return r}var un=new WeakMap,ht=new WeakMap,Uu=32,No=({width:n,height:e},t=1)=>t<1||Math.max(n,e)>Uu,dn=(n,[e,t])=>n.dataset.smooth=
String(No({width:t,height:e})),Fo=n=>kt(n)?_a(n[2]):[n[2],n[1]];function de(n,e){if(kt(e))return Ba(n);let[t,s,r]=e,o=new ImageData(
r,s),i=r*s,[a,l]=t===3?[i,2*i]:[0,0];for(let c=0,m=0;c<i;c++,m+=4)o.data[m]=255*n[c],o.data[m+1]=255*n[a+c],o.data[m+2]=
255*n[l+c],o.data[m+3]=255;return o}function As(n,[e,t,s]){let{data:r}=k(n).getImageData(0,0,s,t);return Oo({values:r,shape:[
t,s,4]}).slice(0,e*t*s)}function Le(n){let e=d("canvas",{width:n.width,height:n.height});return k(e).putImageData(n,0,0),
e}var oe=(n,e)=>Array.from({length:e},(t,s)=>n.subarray(s*n.length/e,(s+1)*n.length/e));function U(n,e,t){let[s,r]=Fo(t);
kt(t)&&(ht.set(n,Float32Array.from(e)),un.get(n)?.(e)),n.width!==s&&(n.width=s),n.height!==r&&(n.height=r),k(n).putImageData(
de(e,t),0,0)}function ze(n,e){let{width:t,height:s}=e,r=ht.get(e);r&&un.get(n)?.(r),(n.width!==t||n.height!==s)&&Object.
assign(n,{width:t,height:s}),k(n).drawImage(e,0,0)}function Oo({values:n,shape:[e,t,s]}){let r=e*t,o=new Float32Array(s*
r);for(let i=0;i<r;i++)for(let a=0;a<s;a++)o[a*r+i]=n[i*s+a]/255;return o}var Et=({values:n,shape:[e,t,s,r]})=>({images:oe(
n,e).map(o=>Oo({values:o,shape:[t,s,r]})),shape:[r,t,s]});function Ha(n,[e,t,s]){let r=t*s;return Uint8Array.from({length:e*
r},(o,i)=>Math.round(255*n[i%e*r+Math.floor(i/e)]))}function Ro(n,e){let[t,s,r]=e.shape;U(n,Oo(e),[r,t,s])}function C(){let n=null;return(...e)=>{let t=!n||!za(n,e);return n=e,t}}function R(n){let e=null;return(...t)=>((!e||!za(
e.args,t))&&(e={args:t,result:n(...t)}),e.result)}function Ue(n){let e=0,t=()=>{e=0,n()};return Object.assign(()=>{e||=requestAnimationFrame(
t)},{close:()=>{cancelAnimationFrame(e),e=-1}})}function ie(n){let e=new Map;return(t,...s)=>{let r=e.get(t)??n(t,...s);
return e.set(t,r),r}}var za=(n,e)=>n.length===e.length&&n.every((t,s)=>Object.is(t,e[s]));function Lt(n){let e=getComputedStyle(n),t=(s,r)=>e.getPropertyValue(s).trim()||r;return{text:t("--st-text-color","#1f29\
33"),background:t("--st-background-color","#ffffff"),border:t("--st-border-color","#8a94a3"),primary:t("--st-primary-col\
or","#235c96")}}function Ua(n){let e=Number(getComputedStyle(n).getPropertyValue("--bold"));return Math.min(4,Math.max(1,
e||1))}var Ts=ie(qu);function qu(n){let e=k(d("canvas",{width:1,height:1}));e.fillStyle=n,e.fillRect(0,0,1,1);let[t,s,r]=e.
getImageData(0,0,1,1).data;return[t,s,r]}function T(n,e=2){if(Number.isNaN(n))return"–";if(!Number.isFinite(n))return n>0?"∞":"−∞";let t=n.toFixed(e).replace(
"-","−");return Number(n.toFixed(e))===0?t.replace("−",""):t}var Gu="₀₁₂₃₄₅₆₇₈₉",mt=n=>"z"+[...String(
n+1)].map(e=>Gu[Number(e)]).join("");function V(n,e=8){return`(${Array.from(n).slice(0,e).map(s=>T(s)).join(", ")}${n.length>
e?", …":""})`}var Ie=n=>Number.isNaN(n)?"–":`${(100*n).toFixed(n>.01&&n<.99?0:1)} %`,ee=(n,e)=>String(Number(n.toPrecision(
e)));var Vu=6,J=["A","B"],Se=ie(()=>({A:null,B:null,from:"",to:""}));function qa(n){for(let e of["from","to"])/^\d+$/.test(n[e])&&
(n[e]="")}function Ga(n){let e=J.map(s=>{let r=n[s];return r?`${r.count}:${Array.from(r.z,o=>ee(o,Vu)).join()}`:""}),t=[
n.from,n.to,...e].join("~");return t==="~~~"?"":t}function Va(n,e){let[t="",s="",...r]=e.split("~");Object.assign(n,{from:t,
to:s}),J.forEach((o,i)=>{let[a,l]=(r[i]??"").split(":");n[o]=l?{count:Number(a),z:Float32Array.from(l.split(","),Number)}:
null})}var ja={ArrowRight:1,ArrowDown:1,ArrowLeft:-1,ArrowUp:-1};function pe(n,e){let t=()=>[...n.querySelectorAll(e)];n.addEventListener(
"keydown",s=>{if(s.altKey||s.ctrlKey||s.metaKey)return;let r=t(),o=r.indexOf(s.target),i=s.key==="Home"?0:s.key==="End"?
r.length-1:ja[s.key]?o+ja[s.key]:-1;o<0||!r[i]||(s.preventDefault(),s.stopPropagation(),r[i].focus())}),n.addEventListener(
"focusin",s=>{let r=s.target.closest(e);if(r)for(let o of t())o.tabIndex=o===r?0:-1})}function fe(n,e){let t=[...n.querySelectorAll(
e)],s=t.find(r=>r.getAttribute("tabindex")==="0")??t[0];for(let r of t)r.tabIndex=r===s?0:-1}var ut=(n,e=0,t=0)=>Array.from({length:t?2*n:n},(s,r)=>{let o=2*Math.PI*(e+r/(t?2*n:n)),i=t&&r%2?t:1;return[i*Math.sin(o),
-i*Math.cos(o)]}),Wa=[[-.35,-1],[.35,-1],[.35,-.35],[1,-.35],[1,.35],[.35,.35],[.35,1],[-.35,1],[-.35,.35],[-1,.35],[-1,
-.35],[-.35,-.35]],$a=Math.SQRT1_2,ju=.3,Wu={square:[[-.85,-.85],[.85,-.85],[.85,.85],[-.85,.85]],diamond:ut(4).map(([n,
e])=>[1.15*n,1.15*e]),"triangle-up":ut(3).map(([n,e])=>[1.15*n,1.15*e+.15]),"triangle-down":ut(3,.5).map(([n,e])=>[1.15*
n,1.15*e-.15]),cross:Wa,x:Wa.map(([n,e])=>[$a*(n-e),$a*(n+e)]),pentagon:ut(5),hexagon:ut(6,1/12),star:ut(5,0,.45).map(([
n,e])=>[1.2*n,1.2*e]),"star-diamond":ut(4,0,.45).map(([n,e])=>[1.2*n,1.2*e]),hourglass:[[-.9,-.9],[.9,-.9],[-.9,.9],[.9,
.9]],bowtie:[[-.9,-.9],[-.9,.9],[.9,-.9],[.9,.9]]};function Ka(n,e){return new Set(n).size===n.length?n.map(()=>"circle"):
e}function $u(n,e,t,s,r){let o=Wu[e];if(!o)return At(n,t,s,.95*r);n.beginPath(),o.forEach(([i,a],l)=>n[l?"lineTo":"moveT\
o"](t+r*i,s+r*a)),n.closePath()}function pn(n,e,t,s,r,o,i=null){let a=e===null?Math.max(1,ju*r):0;if($u(n,e??"circle",t,
s,r-a/2),i&&$(n,i.colour,i.width+a),a)return $(n,o,a);n.fillStyle=o,n.fill()}var It="#8a94a3",Nt="#2a80cf",Xa="#b3d0ee",qe={code:[213,94,0],prior:[42,128,207]};var Ku=.3,Ya=1e3,Cs={count:200,opacity:.9},Xu=.45,Yu=.7,ge=(n,e)=>e<0?It:n.colours[e%n.colours.length],Do=(n,e)=>e<0?null:
n.shapes[e%n.shapes.length];function _o(n,e){let t=Math.min(4.2,Math.max(1.1,22/Math.max(1,n)**.22));return Math.min(8,t*
Math.max(1,e)**.3)}function Zu(n){let e=Math.log(Math.max(n,Cs.count)/Cs.count)/Math.log(Ya/Cs.count);return Cs.opacity+
(Xu-Cs.opacity)*Math.min(1,e)}var fn=class{stamps=new Map;stampsFor(e,t,s,r,o){let i=Math.round(s*4)/4;this.stamps.size>
600&&this.stamps.clear();let a=e.xy.length/2,l=a>Ya?null:r,c=Math.round(100*Zu(a))/100;return Array.from({length:e.colours.
length+1},(u,p)=>p-1).map(u=>{if(t.has(u))return null;let p=o?It:ge(e,u),f=Do(e,u),g=JSON.stringify([p,f,i,l,c,o]),b=this.
stamps.get(g)??Qu(p,f,i,l,Ju(f,c,o));return this.stamps.set(g,b),b})}};function Ju(n,e,t){return t?Ku:n===null?Math.max(
e,Yu):e}var ks=class{canvas=document.createElement("canvas");bitmap=null;stamps;constructor(e){this.stamps=e}draw(e,t,s,r,o,i){
let[a,l]=[Math.round(t.width*s),Math.round(t.height*s)];(!this.bitmap||this.bitmap.width!==a||this.bitmap.height!==l)&&(this.
canvas.width=a,this.canvas.height=l,this.bitmap=new ImageData(a,l));let c=new Uint32Array(this.bitmap.data.buffer);c.fill(
0);let m=_o(e.xy.length/2,t.zoom)*t.markScale*s,u=t.scale*s,[p,f]=t.canvasCentre,[g,b]=[a/2-p*u,l/2+f*u],y={target:c,width:a,
height:l,scale:u,left:g,top:b};i&&this.drawStamps(y,e,this.stamps.stampsFor(e,r,m,o,!0),i,0),this.drawStamps(y,e,this.stamps.
stampsFor(e,r,m,o,!1),i,1),k(this.canvas).putImageData(this.bitmap,0,0)}drawStamps({target:e,width:t,height:s,scale:r,left:o,
top:i},{xy:a,labels:l},c,m,u){for(let p=0;p<a.length;p+=2){let f=c[(l?l[p/2]:-1)+1];if(!f||m&&m[p/2]!==u)continue;let g=Math.
round(o+a[p]*r-f.size/2),b=Math.round(i-a[p+1]*r-f.size/2);g>-f.size&&b>-f.size&&g<t&&b<s&&ed(f,e,t,s,g,b)}}};function Qu(n,e,t,s,r){
let o=2*Math.ceil(t*1.25+1)+1,i=k(d("canvas",{width:o,height:o})),a=s!==null&&t>2?{colour:s,width:t/3}:null;pn(i,e,o/2,o/
2,t,n,a);let{data:l}=i.getImageData(0,0,o,o);for(let c=3;c<l.length;c+=4)l[c]=Math.round(l[c]*r);return{size:o,pixels:new Uint32Array(
l.buffer)}}function ed(n,e,t,s,r,o){let{size:i,pixels:a}=n,[l,c]=[Math.max(0,-r),Math.min(i,t-r)],m=Math.min(i,s-o);for(let u=Math.
max(0,-o);u<m;u++){let p=u*i+l,f=(o+u)*t+r+l;for(let g=l;g<c;g++,p++,f++){let b=a[p],y=b>>>24;y!==0&&(e[f]=y===255||e[f]===
0?b:sd(b,e[f],y))}}}var td=Float64Array.from({length:256},(n,e)=>65536/Math.max(1,e));function sd(n,e,t){let s=((e>>>24)*
(255-t)+127)/255,r=t+(s|0),o=t*td[r]+128>>8,i=256-o,a=Math.imul(n&16711935,o)+Math.imul(e&16711935,i)+8388736>>>8,l=Math.
imul(n>>>8&255,o)+Math.imul(e>>>8&255,i)+128&65280;return(r<<24|a&16711935|l)>>>0}function gn(n,e,t=()=>!0){let s=[];for(let o=0;o<e;o++){let i=(n?n[o]:-1)+1;s[i]=(s[i]??0)+Number(t(o))}let r=new Map;return s.
forEach((o,i)=>{i>0&&r.set(i-1,o)}),s[0]!==void 0&&r.set(-1,s[0]),r}function Za(){let n=d("div",{class:"lp-legend",role:"\
group","aria-label":h("Classes shown")});return pe(n,"button"),n}var Ja=({ground:n,foot:e})=>it(e,()=>n.style.setProperty(
"--foot",`${e.offsetHeight}px`));function Qa(n){return n.offsetWidth>0&&getComputedStyle(n).position==="absolute"?n.offsetLeft+
n.offsetWidth:0}function Ps(n){let{codes:e,header:t,settings:s,parts:r}=n,o=gn(e.labels,e.xy.length/2,a=>n.passesFilter(
a)),i=JSON.stringify([[...o],t.classes,e.colours,e.shapes]);r.legend.dataset.content!==i&&(r.legend.dataset.content=i,ye(
r.legend,"button",()=>{r.legend.replaceChildren(...[...o].map(([a,l])=>rd(n,a,l))),fe(r.legend,"button")}));for(let a of r.
legend.querySelectorAll("button"))a.setAttribute("aria-pressed",String(!s.hidden.has(Number(a.dataset.label))))}function nd(n,e){
let[t,s]=[14,2],r=d("canvas",{width:t*s,height:t*s,"aria-hidden":"true"});return pn(k(r),n,t,t,.8*t,e),r}function rd(n,e,t){
let s=nd(Do(n.codes,e),ge(n.codes,e)),r=e<0?n.header.missing??h("no class"):n.header.classes[e]??h("class {label}",{label:e}),
o=d("span",{class:"lp-class"},`${r} `),i=d("span",{class:"lp-count"},t.toLocaleString("en")),a=v("",()=>n.toggleClass(e),
{"data-label":e,"aria-pressed":"true",title:r});return a.append(s,o,i),a}function xe(n,e){let t=0;for(let s=0;s<n.length;s++)t+=(n[s]-e[s])**2;return t}function Ge(n,e,t,s){for(let r=0,o=0;r<s.
length;r++){let i=0;for(let a=0;a<e;a++,o++)i+=(n[o]-t[a])*(n[o]-t[a]);s[r]=i}return s}function el(n,e){let t=1/0;for(let s=0;s+
e.length<=n.length;s+=e.length){let r=0;for(let o=0;o<e.length;o++)r+=(n[s+o]-e[o])**2;t=Math.min(t,r)}return Math.sqrt(
t)}function tl(n,e){let t=Ge(n,e.length,e,new Float64Array(Math.floor(n.length/e.length)));return Ne(t,1)[0]??-1}function Ne(n,e){
let t=[];for(let s=0;s<n.length;s++){if(!(n[s]<(t.length<e?1/0:n[t[e-1]])))continue;let r=Math.min(t.length,e-1);for(;r>
0&&n[t[r-1]]>n[s];r--)t[r]=t[r-1];t[r]=s}return t}var Ft=class{first=null;constructor(){}begin(e){this.first=e.map(sl)}shareOf(e){let{first:t}=this;if(!t||t.length!==e.length)
return;let s=e.map((r,o)=>[t[o],sl(r)]);return s.every(([r,o])=>r.length===o.length)?od(s):void 0}};function sl(n){let e=n.
getContext("2d");return!e||!n.width||!n.height?new Uint8ClampedArray:e.getImageData(0,0,n.width,n.height).data}function od(n){
let[e,t]=[0,0];for(let[s,r]of n)for(let o=0;o<s.length;o++)o%4!==3&&(e+=Math.abs(s[o]-r[o]),t+=Math.max(s[o],r[o]));return t?
e/t:0}var nl=(n,e,t=()=>{})=>({d_z:e,get change(){return t()},get z_norm(){return Math.hypot(...n.z)},get nearest(){let s=n.fields.
z?.values;return s&&!n.pastFrame?el(s,n.z):void 0},get log_p(){return n.prior.logDensity(n.z)},get moment(){return n.pastFrame?.
step}});function rl(n,e){let t=Math.hypot(...Array.from(n)),s=t>0?Array.from(n,r=>r/t):Array.from(n,(r,o)=>o?0:1);return Float32Array.
from(s,r=>1.05*e*r)}var ol="#d6249f",[bn,id,Es]=[1.5,18,8];function al(n,{drawn:e,toScreen:t,width:s,height:r,codes:o=[],prior:i=[],draws:a=[],
places:l=[]}){n.save(),n.setLineDash([]),n.strokeStyle=n.fillStyle=ol,n.globalAlpha=1,e==="codes"&&il(n,t,o),e==="draws"&&
il(n,t,a),e==="prior"&&(n.lineWidth=1.75,hn(n,t,i,4),n.stroke()),e==="surface"&&(n.lineWidth=Es,n.strokeRect(Es/2,Es/2,s-
Es,r-Es));let c=["z","items","regions"].includes(e)?l.filter(([m,u])=>Number.isFinite(m+u)):[];for(let[m,u]of c)Tt(n,m,u,
id,ol,4);n.restore()}function il(n,e,t){for(let s=0;s+1<t.length;s+=2){let[r,o]=e(t[s],t[s+1]);n.fillRect(r-bn,o-bn,2*bn,
2*bn)}}var ad=400,Ve=n=>E.emit("did",n),Bo=(n,{before:e={},isOther:t=!1}={})=>E.emit("figures",{figures:n,before:e,isOther:t});
function ld(n,e){for(let t of e)t.do==="z"&&t.to?.length===n.z.length&&n.moveZTo(Float32Array.from(t.to)),t.do==="beyond"&&
n.moveZTo(rl(n.z,Number(t.distance))),t.do==="layer"&&cd(n,String(t.layer),t.on??!0)}function cd(n,e,t){n.settings.layers[e]!==
t&&n.toggleLayer(e)}function hd({codes:n,fields:e,header:t,z:s}){if(!(!t.link||t.link.shares.includes("z"))||!e.z||!n.labels)
return;let o=n.labels[tl(e.z.values,s)]??-1,{side:i=0,title:a=""}=t.link??{};o>=0&&E.emit("drawn",{side:i,title:a,classes:t.
classes,label:o})}function ll(n){let{events:e}=n,t="";n.addOverlay(({pen:l,view:c})=>t&&n.ready&&al(l,{drawn:t,toScreen:(m,u)=>c.
toScreen(m,u),width:c.width,height:c.height,...a()})),E.on("light",l=>{l.drawn!==t&&(t=l.drawn,n.redrawOverlays())},e);let s=()=>t&&
n.redrawOverlays();e.on("z",()=>{Ve({kind:"z",z:Array.from(n.z)}),s()}),e.on("layers",()=>Ve({kind:"layers",layers:Object.
keys(n.settings.layers).filter(l=>n.settings.layers[l])})),E.on("did",({kind:l})=>l==="sample"&&hd(n),e),e.on("pick",({index:l})=>l>=
0&&Ve({kind:"pick"})),e.on("moment",()=>Ve({kind:"moment",step:n.pastFrame?.step??null}));let r=new Ft,o=()=>[n.panel.image];
e.on("drawn",({dOfZ:l})=>Bo(nl(n,l,()=>r.shareOf(o())))),E.on("turned",()=>n.refresh(),e),E.on("experiment",()=>i(),e),E.
on("perform",({actions:l})=>ld(n,l),e);function i(){n.ready&&(r.begin(o()),n.refresh())}function a(){let{codes:l,fields:c,
header:m,slice:u,view:p,z:f}=n,g=b=>p.toScreen(...u.project(b));return{codes:l.xy,prior:c.prior_xy?.values.subarray(0,2*
ad),places:t==="regions"?(m.regions??[]).map(b=>g(b.z)):[g(f)]}}}function cl(n){let{events:e}=n,t=()=>!!n.header.has_controls_beside,s=()=>({revision:n.header.revision,z:n.z,sender:n}),
r=i=>t()&&E.emit(i,s()),o=({sender:i,revision:a})=>t()&&i!==n&&a===n.header.revision;E.on("z",i=>{o(i)&&n.moveZTo(i.z,"l\
ink",!1)},e),E.on("commit",i=>{o(i)&&(n.noteSentCode(),n.scene.updateLayers())},e),e.on("data",()=>n.parts.root.classList.
toggle("lp-beside",t())),e.on("z",({source:i})=>{i!=="link"&&i!=="python"&&r("z")}),e.on("commit",()=>r("commit")),e.on(
"pick",({index:i,source:a})=>{a!=="person"||i<0||!t()||(r("commit"),E.emit("pick",{...s(),index:i}))})}var Ot=new Map,Ho=!1,hl="python";function K(n,e){let{link:t}=n.header,s=t&&Ot.get(t.group)?.get(1-t.side);if(!s||!s.ready)
return null;let r=!e||[n,s].every(({header:i})=>i.link?.shares.includes(e)),o=(e!=="z"||n.header.dim===s.header.dim)&&(e!==
"images"||ml(n)===ml(s));return r&&o?s:null}var ul=n=>ae(n,"z",e=>e.returnToDragStart()),zo=n=>Ot.get(n)??new Map,Rt=n=>!!(n.
pastFrame||K(n)?.pastFrame),ml=({codes:n})=>n.xy.length/2;function ae(n,e,t){let s=Ho?null:K(n,e);if(s){Ho=!0;try{t(s)}finally{
Ho=!1}}}function dl(n){let{events:e}=n;e.on("hover",({index:o})=>ae(n,"images",i=>i.setHovered(o))),e.on("pick",({index:o,
source:i})=>{if(i!==hl){if(o>=0&&Rt(n))return ae(n,"z",a=>a.noteSentCode());ae(n,"images",a=>md(a,n,o))}}),e.on("choose",
({mask:o})=>ae(n,"images",i=>i.selectCodes(o))),e.on("z",({source:o})=>{o!==hl&&ae(n,"z",i=>i.setZ(Float32Array.from(n.z),
"link"))}),e.on("commit",()=>ae(n,"z",o=>{o.noteSentCode(),o.scene.updateLayers()}));let t=null,s=o=>{t=o,o.setDragging(
!0)},r=()=>{let o=t;t=null,o&&!o.closed&&o.setDragging(!1)};e.on("drag",({on:o})=>{o?ae(n,"z",s):r()}),e.on("view",()=>ae(
n,"view",o=>o.copyView(n.view))),e.on("classes",()=>ae(n,"classes",o=>o.hideClasses(n.settings.hidden))),e.on("layers",()=>ae(
n,"",o=>pl(o,n))),e.on("data",({isOtherRevision:o})=>ud(n,o)),e.on("close",()=>{r();let o=K(n);fl(n),o?.events.emit("lin\
ked")})}function md(n,e,t){n.pickCode(t,"link"),t<0&&K(n,"z")&&(n.setZ(Float32Array.from(e.z),"link"),n.noteSentCode()),
n.scene.updateLayers()}function pl(n,e){let t={};for(let s of Object.keys(n.header.layers))s in e.header.layers&&(t[s]=e.
settings.layers[s]);n.applyLayers(t)}function ud(n,e){let{link:t}=n.header;if((!t||Ot.get(t.group)?.get(t.side)!==n)&&fl(
n),!!t){Ot.set(t.group,(Ot.get(t.group)??new Map).set(t.side,n)),e&&ae(n,"",s=>dd(n,s));for(let s of[n,K(n)])s?.events.emit(
"linked")}}function dd(n,e){pl(n,e),K(n,"classes")&&n.hideClasses(e.settings.hidden),K(n,"view")&&n.copyView(e.view),e.selection.
mask&&K(n,"images")&&n.selectCodes(e.selection.mask)}function fl(n){for(let e of Ot.values())for(let[t,s]of e)s===n&&e.delete(
t)}var pd=4;function gl(n){let{parts:e,events:t,panel:s}=n,r=d("p",{class:"lp-badge",role:"status",hidden:!0}),o=d("p",{class:"\
lp-title",hidden:!0}),i="";e.plane.append(r),e.panel.prepend(o);let a="",l=()=>{let c=n.header.link?.title;r.hidden=o.hidden=
!c,e.root.classList.toggle("lp-linked",!!c),e.root.classList.toggle("lp-long",(n.header.axis_names?.[1]??"").length>pd),
c&&(A(r,a?h("{title}: its codes where {other} has them",{title:c,other:a}):c),c!==i&&o.replaceChildren(...fd(c)),i=c,e.surface.
setAttribute("aria-label",h("Latent plane of {title}: drag or use the arrow keys to decode, ? lists the keys",{title:c})),
s.image.setAttribute("aria-label",h("Image decoded at z by {title}",{title:c})))};t.on("data",l),t.on("travel",({title:c})=>{
a=c,l()})}var fd=n=>h("Decoded `by {title}`").split("`").map(e=>e.replace("{title}",()=>n)).map((e,t)=>t%2?d("span",{},e):
e);var je=class{onTick;frame=0;constructor(e){this.onTick=e}get isRunning(){return this.frame>0}start(){let e=performance.now(),
t=s=>{let r=Math.min(.2,Math.max(0,s-e)/1e3);e=s,this.frame=requestAnimationFrame(t),this.onTick(r)};this.stop(),this.frame=
requestAnimationFrame(t)}stop(){cancelAnimationFrame(this.frame),this.frame=0}};function yn(n){return n.pca?bd(n.pca.mean,n.pca.basis):n.axes?gd(n.axes[0],n.axes[1]):{decodable:!1,project:()=>[NaN,NaN],
moveTo:e=>e,shownDimensions:[]}}function gd(n,e){let t=n===e;return{decodable:!0,project:(s,r=0)=>[s[r+n],t?0:s[r+e]],moveTo:(s,r,o)=>{
let i=s.slice();return i[n]=r,t||(i[e]=o),i},shownDimensions:t?[n]:[n,e]}}function bd(n,e){let t=(r,o,i)=>i.reduce((a,l,c)=>a+
(r[o+c]-n[c])*l,0),s=(r,o=0)=>[t(r,o,e[0]),t(r,o,e[1])];return{decodable:!0,project:s,moveTo:(r,o,i)=>{let[a,l]=s(r);return r.
map((c,m)=>c+(o-a)*e[0][m]+(i-l)*e[1][m])},shownDimensions:[]}}function We(n,e,t){let s=Math.floor(n.length/e),r=new Float32Array(
2*s);for(let o=0;o<s;o++){let[i,a]=t.project(n,o*e);r[2*o]=i,r[2*o+1]=a}return r}var be=(n,e,t)=>Float32Array.from(n,(s,r)=>s+
(e[r]-s)*t),Uo=(n,e,t)=>n.map(([s,r])=>e.moveTo(t,s,r));var yd=1.2,wd=n=>n*n*(3-2*n),wn=class{plane;button=v(h("Move codes to the other plane"),()=>this.toggle(),{"aria-pressed":"\
false","aria-keyshortcuts":"v",title:h("Key V")});row=d("div",{class:"lp-travel lp-switches",hidden:!0},this.button);homeCodes;partnerPlaces;placeAll;progress;goal;clock;constructor(e){
this.plane=e,e.parts.switches.after(this.row),this.homeCodes=e.codes,this.partnerPlaces=e.codes.xy,this.placeAll=R(We),this.
progress=this.goal=0,this.clock=new je(t=>this.setProgress(this.progress+(this.goal?t:-t)/yd)),e.events.on("linked",()=>this.
updateEnds()),e.events.on("moment",()=>{for(let t of[e,K(e)])t?.events.emit("past")}),e.events.on("past",()=>this.updateAvailability()),
e.events.on("key",({id:t})=>{t==="travel"&&!this.row.hidden&&this.toggle()}),e.events.on("choose",()=>{this.progress&&e.
dropOutline()}),e.events.on("close",()=>this.clock.stop())}updateEnds(){let{plane:e}=this,t=K(e,"images")&&K(e,"z");this.
row.hidden=!t;let{homeCodes:s,partnerPlaces:r}=this;if(this.homeCodes=e.presentCodes,!t)return this.returnHomeWithoutAnimation();
let{header:o,slice:i}=e;this.partnerPlaces=t.fields.xy?t.fields.xy.values:this.placeAll(t.fields.z.values,o.dim,i),this.
goal&&this.setGoal(1),this.progress&&(s!==this.homeCodes||r!==this.partnerPlaces)&&this.showCodes()}returnHomeWithoutAnimation(){
this.clock.stop(),!(!this.goal&&!this.progress)&&(this.progress=0,this.setGoal(0),this.plane.pastFrame||this.showCodes())}updateAvailability(){
let e=Rt(this.plane);e&&this.returnHomeWithoutAnimation(),this.button.setAttribute("aria-disabled",String(e)),this.button.
setAttribute("title",e?h("Only at the end of the time axis; an earlier moment is shown now"):h("Key V"))}toggle(){Rt(this.
plane)||(this.setGoal(1-this.goal),window.matchMedia("(prefers-reduced-motion: reduce)").matches?this.setProgress(this.goal):
this.clock.start())}setProgress(e){this.progress=Math.min(1,Math.max(0,e)),this.progress===this.goal&&this.clock.stop(),
this.showCodes()}setGoal(e){this.goal=e,this.button.setAttribute("aria-pressed",String(!!e));let t=e?K(this.plane):null;
this.plane.events.emit("travel",{title:t?.header.link?.title??""})}showCodes(){let{plane:e,homeCodes:t,partnerPlaces:s,progress:r}=this;
e.showCodes(r?{...t,xy:be(t.xy,s,wd(r))}:t),r===this.goal&&e.preparePicking(),e.setHovered(-1),e.redrawCodes()}};var bl="latent-space-explorer.";function Dt(n,e){try{return window[n].getItem(bl+e)!==null}catch{return!1}}function $e(n,e){
try{window[n].setItem(bl+e,"1")}catch{}}var vd=h("Diagram of the adversarial autoencoder. The encoder turns an image x into a code z, and the decoder turns z in\
to the reconstruction x̂. The discriminator D is given codes and samples of the prior p(z) and tells which is which; the\
 encoder is trained to deceive it."),[yl,Sd]=[360,212],dt=132,xd=300,Md=["M71 52H86","M130 52H162","M199 52H230","M274 5\
2H289"],Ad=["M180 71V130","M290 157H245"],Td="M115 157H104V81",Cd=[[34,103,h("image x"),""],[108,12,h("Encoder"),"lp-net"],
[180,57,"z","lp-net"],[252,12,h("Decoder"),"lp-net"],[326,103,h("image x̂"),""],[180,153,"D","lp-net"],[180,169,h("code\
 or sample?"),""],[326,207,h("prior p(z)"),""],[44,146,h("D’s verdict"),""],[44,161,h("trains the"),""],[44,176,h("enc\
oder"),""]],vn=class{plane;imageIndex=0;inputPicture=d("canvas",{class:"lp-story-picture lp-story-input","aria-hidden":"\
true"});outputPicture=d("canvas",{class:"lp-story-picture lp-story-output","aria-hidden":"true"});priorPicture=d("canvas",
{class:"lp-story-picture lp-story-prior","aria-hidden":"true",width:dt,height:dt});stepText=H("text",{x:yl,y:117,class:"\
lp-story-step"});verdict=d("p",{class:"lp-story-verdict"});replayButton;host;constructor(e,t){this.plane=e,this.replayButton=
v(h("↻ Replay"),t,{title:h("Play the training again")});let s=d("div",{class:"lp-story-drawing"},kd(this.stepText),this.
inputPicture,this.outputPicture,this.priorPicture),r=d("div",{class:"lp-story-foot"},this.verdict,this.replayButton);this.
host=d("figure",{class:"lp-story",hidden:!0},s,r),e.parts.panel.before(this.host),e.events.on("pick",({index:o})=>this.encodeImage(
o)),e.events.on("z",({source:o})=>{["drag","keys","slide"].includes(o)&&this.encodeImage(-1)}),e.events.on("pictures",()=>this.
drawInput()),e.events.on("networks",()=>this.drawInput()),e.events.on("drawn",({dOfZ:o})=>this.onPlaneDrawn(o))}get isShown(){
return!this.host.hidden}show(e,t){this.host.hidden=!e,this.replayButton.hidden=!t,e&&(this.drawInput(),this.drawPrior())}setPlaying(e){
this.host.classList.toggle("lp-flowing",e)}encodeImage(e){this.imageIndex=e,this.host.classList.toggle("lp-by-hand",e<0),
this.drawInput()}drawInput(){if(!this.isShown||this.imageIndex<0)return;let{inputPicture:e}=this,t=this.plane.sprites.original(
this.imageIndex);t?ze(e,t):k(e).clearRect(0,0,e.width,e.height)}drawPrior(){let e=this.plane.fields.prior_xy?.values??[],
{extent:t,centre:s}=this.plane.header,r=k(this.priorPicture);r.clearRect(0,0,dt,dt),r.fillStyle=`rgb(${qe.prior.join(" ")}\
)`;let o=dt/(2*t);for(let i=0;i<Math.min(xd,e.length/2);i++){let a=dt/2+(e[2*i]-s[0])*o,l=dt/2-(e[2*i+1]-s[1])*o;r.fillRect(
a-1.5,l-1.5,3,3)}}onPlaneDrawn(e){if(!this.isShown)return;let{pastFrame:t,panel:s}=this.plane;s.image.width&&s.image.height&&
ze(this.outputPicture,s.image);let r=t&&this.imageIndex>=0;A(this.stepText,r?h("encoded at step {step}",{step:t.step.toLocaleString(
"en")}):""),A(this.verdict,Number.isFinite(e)?h("D on this code: {share} a sample of the prior",{share:Ie(e)}):"")}};function kd(n){
let e=(r,o)=>H("path",{class:`lp-story-arrow ${o}`,d:r,"marker-end":"url(#lp-story-head)"}),t=H("marker",{id:"lp-story-h\
ead",viewBox:"0 0 8 8",refX:7,refY:4,markerWidth:5,markerHeight:5,orient:"auto"},H("path",{d:"M0 0L8 4L0 8Z"})),s=Cd.map(
([r,o,i,a])=>H("text",{x:r,y:o,class:a},i));return H("svg",{viewBox:`0 0 ${yl} ${Sd}`,role:"img","aria-label":vd},H("def\
s",{},t),H("path",{class:"lp-story-net lp-story-encoder",d:"M88 18L128 36V68L88 86Z"}),H("path",{class:"lp-story-net",d:"\
M232 36L272 18V86L232 68Z"}),H("rect",{class:"lp-story-rival",x:117,y:132,width:126,height:50,rx:8}),H("circle",{class:"\
lp-story-code",cx:180,cy:52,r:16}),...Md.map(r=>e(r,"lp-story-way")),...Ad.map(r=>e(r,"lp-story-contest")),e(Td,"lp-stor\
y-feedback"),...s,n)}function wl({codes:n,view:e}){let t=Math.ceil(e.width/12),s=Math.ceil(e.height/12),r=new Uint32Array(t*s);for(let o=0;o<
n.xy.length/2;o++){let[i,a]=e.toScreen(n.xy[2*o],n.xy[2*o+1]);i>=0&&a>=0&&i<e.width&&a<e.height&&r[Math.floor(a/12)*t+Math.
floor(i/12)]++}return({left:o,top:i,right:a,bottom:l})=>{let c=0,m=Math.min(t-1,Math.floor(a/12)),u=Math.min(s-1,Math.floor(
l/12));for(let p=Math.max(0,Math.floor(i/12));p<=u;p++)for(let f=Math.max(0,Math.floor(o/12));f<=m;f++)c+=r[p*t+f];return c}}var vl="dragged",Pd="lp-dragged",Ed=["drag","keys","slide"],Sn=22,xn=38,_t=17,Bt=24,Ld=[56,84,112,140,168],Sl=12,Mn=class{plane;host=d(
"p",{class:"lp-invite",role:"status",hidden:!0});leader=d("i",{class:"lp-invite-leader","aria-hidden":"true",hidden:!0});constructor(e){
this.plane=e,e.parts.plane.append(this.leader,this.host),e.addOverlay(()=>this.placeInvitation()),e.events.on("z",({source:t})=>{
Ed.includes(t)?this.onZMoved():this.placeInvitation()})}showInvitation(){if(Dt("localStorage",vl)||!this.plane.slice.decodable)
return;this.host.hidden=this.leader.hidden=!1;let e=d("span",{class:"lp-hidden"}," "+h("On the keyboard, the arrow keys \
move it.")),t=z(h("Drag me: the image follows"),!!this.plane.header.features);this.host.replaceChildren(d("span",{},t,e)),
this.placeInvitation()}hideInvitation(){this.host.hidden=this.leader.hidden=!0,this.host.replaceChildren()}onZMoved(){this.
host.hidden||(this.hideInvitation(),$e("localStorage",vl),requestAnimationFrame(()=>performance.mark(Pd)))}placeInvitation(){
if(this.host.hidden)return;let{slice:e,view:t,z:s,parts:r}=this.plane,[o,i]=t.toScreen(...e.project(s)),a=r.surface.getBoundingClientRect(),
l=[r.corner,r.legend].map(p=>p.getBoundingClientRect()).map(p=>({left:p.left-a.left,top:p.top-a.top,right:p.right-a.left,
bottom:p.bottom-a.top})),c=this.host.offsetWidth,[m,u]=Id(o,i,c,t,l,wl(this.plane));this.host.style.visibility=this.leader.
style.visibility=Number.isFinite(m+u)?"":"hidden",this.host.style.left=`${m}px`,this.host.style.top=`${u}px`,this.drawLeader(
[o,i],[Ht(o,m,m+c),Ht(i,u-_t,u+_t)])}drawLeader([e,t],[s,r]){this.leader.style.left=`${e}px`,this.leader.style.top=`${t}\
px`,this.leader.style.width=`${Math.hypot(s-e,r-t)}px`,this.leader.style.rotate=`${Math.atan2(r-t,s-e)}rad`}},Ht=(n,e,t)=>Math.
min(Math.max(e,t),Math.max(e,n));function Id(n,e,t,{width:s,height:r},o=[],i=()=>0){let a=([b,y])=>o.every(w=>b>=w.right||
b+t<=w.left||y-_t>=w.bottom||y+_t<=w.top),l=Ht(e,Bt,r-Bt),c=[e<r/2?xn:-xn,e<r/2?-xn:xn].map(b=>Ht(e+b,Bt,r-Bt)),m=Ht(n-t/
2,0,s-t),u=[];n>=0&&n+Sn+t<=s&&u.push([n+Sn,l]),n<=s&&n-Sn-t>=0&&u.push([n-Sn-t,l]);for(let b of c){u.push([m,b]);let y=Math.
min(s,...o.filter(w=>w.right>s/2).map(w=>w.left));u.push([Ht(y-t,0,m),b])}u.push(...Nd(n,e,t,s,r));let p=([b,y])=>i({left:b,
top:y-_t,right:b+t,bottom:y+_t}),f=null,g=1/0;for(let b of u.filter(a)){let y=p(b);y<g&&([f,g]=[b,y])}return f??u[0]}function Nd(n,e,t,s,r){
let o=[];for(let i of Ld)for(let a=0;a<Sl;a++){let l=2*Math.PI*a/Sl,c=n+i*Math.cos(l)-t/2*(1-Math.cos(l)),m=e+i*Math.sin(
l);c>=0&&c+t<=s&&m>=Bt&&m<=r-Bt&&o.push([c,m])}return o}var Fd=8,An="opening played",Od="lp-moving",xl=["pointerdown","keydown"],Tn=-1,[Vo,Rd]=[.15,.75],Dd=1.6,qo=0,Cn=class{plane;timeMachine;captionText=d(
"span",{role:"status"});playButton=v(h("Play the training"),()=>this.playOpening());caption=d("div",{class:"lp-caption",
hidden:!0},this.captionText,this.playButton);invitation;diagram;image;wasOffered;haveCodesMoved;frame;onUserAction;constructor(e,t){
this.plane=e,this.timeMachine=t,e.parts.foot.append(this.caption),this.invitation=new Mn(e),this.diagram=new vn(e,()=>this.
playOpening()),this.image="",this.wasOffered=this.haveCodesMoved=!1,this.frame=0,this.onUserAction=s=>this.endByUser(s),
e.events.on("data",()=>this.onMessage(e.header.opening)),e.events.on("close",()=>this.stop())}onMessage(e){let t=!!e;if(this.
timeMachine.scrubber.setPrimary(!t),this.diagram.show(t,!!e?.play&&this.timeMachine.hasOwnAxis),!e)return this.showPresent(),
this.invitation.hideInvitation();if(this.frame===Tn&&this.showHeap(),this.wasOffered)return;if(this.wasOffered=!0,this.image=
e.image,!(e.play&&this.timeMachine.hasOwnAxis&&!Dt("sessionStorage",An)))return this.invitation.showInvitation();if(window.
matchMedia("(prefers-reduced-motion: reduce)").matches)return $e("sessionStorage",An),this.invitation.showInvitation(),this.
showCaption(Go(1,this.image),!0);this.playOpening()}async playOpening(){let{timeMachine:e,plane:t}=this;for(let s of xl)
window.addEventListener(s,this.onUserAction,!0);if(this.frame=Tn,this.invitation.hideInvitation(),this.showHeap(),await e.
pastView.fetchFrames(),await e.pastView.prefetchFirstDecoder(),this.frame===Tn){if(!e.pastView.history||t.closed)return this.
showPresent();e.playFromStart(Fd,_d),this.diagram.setPlaying(!0),this.frame=requestAnimationFrame(()=>this.updatePicture())}}showHeap(){
let{plane:e}=this,{untrained:t}=e.fields;this.diagram.encodeImage(qo),this.showCaption(Go(0,this.image)),!(!t||e.pastFrame)&&
(e.showCodes({...e.presentCodes,xy:We(t.values,e.header.dim,e.slice)}),e.redrawCodes())}updatePicture(){let{timeMachine:e,
plane:t}=this,{isRunning:s}=e.player,r=s?e.playedShare:1;e.fractionalStopIndex>0&&!this.haveCodesMoved&&(this.haveCodesMoved=
!0,e.pastView.prefetchSavedDecoders(),$e("sessionStorage",An),requestAnimationFrame(()=>performance.mark(Od)));let o=e.pastView.
codeNow(qo);if(o&&t.setZ(o,"link"),this.showCaption(Go(r,this.image)),s){this.frame=requestAnimationFrame(()=>this.updatePicture());
return}this.frame=0,this.diagram.setPlaying(!1),this.invitation.showInvitation()}endByUser(e){if($e("sessionStorage",An),
e.composedPath().includes(this.timeMachine.scrubber.host))return this.stop();this.showPresent(),this.wasOffered&&this.invitation.
showInvitation()}showPresent(){let{timeMachine:e,plane:t}=this;this.frame>0&&e.hasOwnAxis&&e.moveToStop(e.lastStopIndex),
this.frame===Tn&&!t.pastFrame&&(t.showCodes(t.presentCodes),t.redrawCodes());let s=this.frame!==0;this.stop();let r=s?e.
pastView.codeNow(qo):null;r&&t.setZ(r,"link")}stop(){for(let e of xl)window.removeEventListener(e,this.onUserAction,!0);
this.frame>0&&cancelAnimationFrame(this.frame),this.frame=0,this.diagram.setPlaying(!1),this.keepFocusOnPlane(),this.caption.
hidden=!0}keepFocusOnPlane(){this.playButton.matches(":focus")&&this.plane.parts.surface.focus()}showCaption(e,t=!1){this.
caption.hidden=!1,t||this.keepFocusOnPlane(),this.playButton.hidden=!t,this.captionText.textContent!==e&&(this.captionText.
textContent=e)}},_d=n=>Math.max(0,(n-Vo)/(1-Vo))**Dd;function Go(n,e){return n<Vo?h("Untrained: the codes of all images \
lie in a heap. Each mark is the code of {image}.",{image:e}):n<Rd?h("Trained against D: it pushes the codes towards the \
prior, the shape behind them."):h("The codes fill the prior. Drag over it: wherever you go, the decoder draws an image.")}var _=class{isEqual;pending=[];lastReceived=void 0;constructor(e=(t,s)=>t===s){this.isEqual=e}get latest(){return this.pending.
at(-1)??this.lastReceived}noteSent(e){this.pending.length>0&&this.isEqual(this.pending[this.pending.length-1],e)||this.pending.
push(e)}isNewValue(e){let t=this.lastReceived!==void 0&&this.isEqual(this.lastReceived,e);this.lastReceived=e;let s=this.
pending.findIndex(r=>this.isEqual(r,e));return this.pending.splice(0,s+1),!t&&s<0}};function Ml(n,e){return n.length===e.
length&&Array.from(n).every((t,s)=>t===e[s])}function jo(n,e){return n.length===e.length&&Array.from(n).every((t,s)=>Math.
abs(t-e[s])<=.001*Math.abs(e[s])+1e-9)}function Ls(n,e){let[t,s]=[0,n.length-1];for(;s-t>1;){let r=t+s>>1;n[r]<=e?t=r:s=r}return t}function X(n,e){let t=n.length-
1;if(!(e>n[0]))return 0;if(e>=n[t])return t;let s=Ls(n,e);return s+(e-n[s])/(n[s+1]-n[s])}function pt(n,e){let t=Math.max(
0,Math.min(n.length-1,e)),s=Math.floor(t);return s===t?n[s]:n[s]+(n[s+1]-n[s])*(t-s)}var N=64,te=N*N,kn=10,Ns=3,Is=2*Ns/N,Wo=`${N}.`,Bd=256,Ke=n=>n&15,Fs=n=>(n>>4)-1,Ko=(n,e)=>n|e+1<<4;function Os(n){let e=new Uint8Array(
te),t=n.startsWith(Wo)?n.slice(Wo.length).replaceAll("-","+").replaceAll("_","/"):"?",s=0;try{let r=atob(t);for(let o=0;o+
1<r.length;o+=2){let i=s+r.charCodeAt(o)+1;e.fill(r.charCodeAt(o+1),s,i),s=i}}catch{s=-1}if(s!==te)throw new Error(h("Th\
e painting is damaged. Clear it and paint again."));return e}function Rs(n){let e="";for(let t=0;t<te;){let s=t+1;for(;s<
te&&s-t<Bd&&n[s]===n[t];)s++;e+=String.fromCharCode(s-t-1,n[t]),t=s}return Wo+btoa(e).replaceAll("+","-").replaceAll("/",
"_").replaceAll("=","")}var Xo=R(n=>new $o(Os(n))),$o=class{strength;cumulative=new Float64Array(te+1);total;constructor(e){
this.strength=Float64Array.from(e,Ke),this.strength.forEach((t,s)=>this.cumulative[s+1]=this.cumulative[s]+t),this.total=
this.cumulative[te]}density(e,t){let[s,r]=[Math.floor((e+Ns)/Is),N-1-Math.floor((t+Ns)/Is)];return s>=0&&s<N&&r>=0&&r<N?
this.strength[r*N+s]/this.total/Is**2:0}sample(e){let t=Ls(this.cumulative,e()*this.total);return[(t%N+e())*Is-Ns,Ns-(Math.
floor(t/N)+1-e())*Is]}};function Yo(n,[e,t],[s,r],{radius:o,strength:i,owner:a}){let l=i?Ko(i,a):0,c=(p,f)=>Math.max(0,Math.floor(Math.min(p,f)-
o)),m=(p,f)=>Math.min(N-1,Math.ceil(Math.max(p,f)+o)),u=!1;for(let p=c(t,r);p<=m(t,r);p++)for(let f=c(e,s);f<=m(e,s);f++){
if(Hd(f+.5,p+.5,e,t,s,r)>o)continue;let g=p*N+f;u||=n[g]!==l,n[g]=l}return u}function Hd(n,e,t,s,r,o){let[i,a]=[r-t,o-s],
l=i*i+a*a,c=l?Math.max(0,Math.min(1,((n-t)*i+(e-s)*a)/l)):0;return Math.hypot(n-t-c*i,e-s-c*a)}function Al(n,e){let t=[...n.
keys()].filter(u=>Ke(n[u])),s=t.reduce((u,p)=>u+Ke(n[p]),0),r=u=>t.reduce((p,f)=>p+Ke(n[f])*u(f),0)/s,[o,i]=[r(u=>u%N),r(
u=>Math.floor(u/N))],a=u=>(Math.atan2(i-Math.floor(u/N),u%N-o)+2*Math.PI)%(2*Math.PI),l=new Map(t.map(u=>[u,a(u)]));t.sort(
(u,p)=>Number(l.get(u))-Number(l.get(p)));let c=new Uint8Array(te),m=0;for(let u of t){let p=Ke(n[u]),f=Math.min(Math.floor(
(m+p/2)/s*e),e-1,kn-1);c[u]=Ko(p,f),m+=p}return c}function Tl(n,e){let t=n.reduce((a,l)=>a+(l?1:0),0);if(!t)return h("No\
thing is painted.");let s=Math.max(1,Math.round(100*t/te));if(!e.length)return h("{share} % of the square is painted.",{
share:s});let r=e.filter((a,l)=>!n.some(c=>Fs(c)===l)),o=n.some(a=>a&&Fs(a)<0);if(!r.length&&!o)return h("{share} % of t\
he square is painted, a part for each class.",{share:s});let i={share:s,classes:r.join(", ")};return r.length?o?h("{shar\
e} % of the square is painted, no part yet for {classes}, some of it for no class.",i):h("{share} % of the square is pai\
nted, no part yet for {classes}.",i):h("{share} % of the square is painted, some of it for no class.",i)}var Pn={low:1,high:12,usual:4},zd=[[h("Full"),15],[h("Half"),8],[h("Faint"),3]],En=class{painter;erases=!1;radius=Pn.usual;strength=15;owner=-1;hasOfferChanged=C();toolButtons;undoButton;sizeSlider;strengthSelect=d(
"select",{"aria-label":h("Strength of the brush"),onchange:()=>this.strength=Number(this.strengthSelect.value)},...zd.map(
([e,t])=>d("option",{value:t},e)));shapeButtons=d("div",{class:"lp-switches",role:"group","aria-label":h("Ready shapes")});classButtons=d(
"div",{class:"lp-switches",role:"radiogroup","aria-label":h("Class to paint")});divideButton;root;constructor(e){this.painter=
e;let t=(s,r)=>v(s,()=>this.chooseTool(r),{"aria-pressed":String(r===this.erases)});this.toolButtons=[t(h("Brush"),!1),t(
h("Eraser"),!0)],this.undoButton=v(h("Undo"),()=>e.undo()),this.sizeSlider=d("input",{type:"range",min:Pn.low,max:Pn.high,
step:1,value:Pn.usual,"aria-label":h("Size of the brush"),oninput:()=>{this.radius=Number(this.sizeSlider.value),e.paintingCanvas.
requestPaint()}}),this.divideButton=v(h("Divide among the classes"),()=>e.replacePainting(Al(e.cells,e.offer.classes.length))),
pe(this.classButtons,"button"),this.root=d("div",{class:"ps-controls"},d("div",{class:"lp-switches",role:"group","aria-l\
abel":h("Painting")},...this.toolButtons,this.undoButton,v(h("Clear"),()=>e.replacePainting(new Uint8Array(te)))),d("lab\
el",{class:"ps-field"},d("span",{},h("Size")),this.sizeSlider),d("label",{class:"ps-field"},d("span",{},h("Strength")),this.
strengthSelect),this.classButtons,this.divideButton,this.shapeButtons)}chooseTool(e){this.erases=e,this.toolButtons.forEach(
(t,s)=>t.setAttribute("aria-pressed",String(!!s===e))),this.painter.paintingCanvas.requestPaint()}get currentBrush(){return{
radius:this.radius,strength:this.erases?0:this.strength,owner:this.owner}}buildShapeAndClassButtons(e,t,s){if(!this.hasOfferChanged(
JSON.stringify([e,t,s])))return;this.shapeButtons.replaceChildren(...e.map(({title:o,text:i})=>v(o,()=>this.painter.replacePainting(
Os(i))))),this.owner=t.length?Math.max(0,Math.min(this.owner,t.length-1)):-1,this.classButtons.hidden=this.divideButton.
hidden=!t.length;let r=(o,i)=>d("button",{type:"button",class:"lp-button",role:"radio","aria-checked":String(i===this.owner),
tabindex:i===this.owner?"0":"-1",onclick:()=>this.chooseClass(i)},d("i",{class:"ps-colour",style:`background: ${s[i]}`}),
o);this.classButtons.replaceChildren(...t.slice(0,kn).map(r)),fe(this.classButtons,"button")}chooseClass(e){this.owner=e,
[...this.classButtons.children].forEach((t,s)=>t.setAttribute("aria-checked",String(s===e))),this.chooseTool(!1)}};var Ud={ArrowLeft:[-1,0],ArrowRight:[1,0],ArrowUp:[0,-1],ArrowDown:[0,1]},qd="#d55e00",Cl={pen:{keys:h("By keyboard: arr\
ow keys move the pen (with Shift in fine steps), Space lowers or lifts it, Backspace undoes the last stroke."),down:h("P\
en down"),up:h("Pen up")},brush:{keys:h("By keyboard: arrow keys move the brush (with Shift in fine steps), Space lowers\
 or lifts it, Backspace undoes the last stroke."),down:h("Brush down"),up:h("Brush up")}},zt=class{kind;size=[1,1];place=[
0,0];pointer=-1;isDown=!1;requestPaint;canvas;announcement=d("p",{class:"lp-hidden","aria-live":"polite"});hint;constructor(e,t,s){
this.kind=e,this.requestPaint=Ue(()=>e.paint()),this.canvas=d("canvas",{tabindex:"0",role:"application",...t,onkeydown:r=>this.
onKey(r),onfocus:()=>this.requestPaint(),onblur:()=>this.liftTool(),onpointerdown:r=>this.onPress(r),onpointermove:r=>this.
onMove(r),onpointerup:r=>this.onRelease(r,!0),onpointercancel:r=>this.onRelease(r,!1)}),this.hint=d("p",s,Cl[e.tool].keys)}placeOf(e){
let t=this.canvas.getBoundingClientRect();return[(e.clientX-t.left)/t.width*this.size[0],(e.clientY-t.top)/t.height*this.
size[1]]}onPress(e){e.button!==0||this.pointer>=0||(this.liftTool(),this.pointer=e.pointerId,this.canvas.setPointerCapture(
e.pointerId),this.startStroke(this.placeOf(e)))}onMove(e){if(e.pointerId!==this.pointer)return;let t=e.getCoalescedEvents?.()??
[];for(let s of t.length?t:[e])this.moveOrDrawTo(this.placeOf(s))}onRelease(e,t){e.pointerId===this.pointer&&(this.pointer=
-1,this.stopStroke(t))}onKey(e){if(e.altKey||e.metaKey||e.ctrlKey)return;let t=Ud[e.key];if(t)this.moveTool(t,e.shiftKey?
this.kind.fine:this.kind.step);else if(e.key===" ")this.toggleTool();else if(e.key==="Backspace")this.kind.undo();else return;
e.preventDefault(),e.stopPropagation()}moveTool(e,t){let{edge:s}=this.kind,[r,o]=this.place.map((i,a)=>Math.min(this.size[a]-
s,Math.max(s,i+e[a]*t)));this.moveOrDrawTo([r,o]),this.announcement.textContent=this.kind.placeText()}toggleTool(){let{up:e,
down:t}=Cl[this.kind.tool];this.announcement.textContent=this.isDown?e:t,this.isDown?this.stopStroke(!0):this.startStroke(
this.place)}liftTool(){this.pointer<0&&this.stopStroke(!0),this.requestPaint()}startStroke(e){this.isDown=!0,this.place=
e,this.kind.begin(e),this.requestPaint()}moveOrDrawTo(e){this.isDown&&this.kind.draw(this.place,e),this.place=e,this.requestPaint()}stopStroke(e){
this.isDown&&(this.isDown=!1,this.kind.end(e),this.requestPaint())}drawRing(e,t,s,r){Tt(e,this.place[0]*t,this.place[1]*
t,s,this.isDown?qd:r,2)}};var se=6,kl=.2,Gd=.65,Ln=class extends zt{painter;isHovered=!1;root;constructor(e){super({tool:"brush",step:3,fine:1,edge:.5,
begin:t=>e.beginStroke(t),draw:(t,s)=>e.continueStroke(t,s),end:t=>e.endStroke(t),undo:()=>e.undo(),paint:()=>this.paint(),
placeText:()=>this.placeText()},{class:"ps-canvas",width:N*se,height:N*se,"aria-label":h("Painting of the prior"),"aria-\
describedby":"ps-keys ps-status",onpointerleave:()=>this.setHovered(!1)},{class:"lp-note",id:"ps-keys"}),this.painter=e,
this.size=[N,N],this.place=[N/2,N/2],this.root=d("div",{class:"ps-easel"},this.canvas,this.announcement)}onMove(e){this.
setHovered(e.pointerType!=="touch"),this.pointer<0&&!this.isDown&&(this.place=this.placeOf(e)),super.onMove(e)}setHovered(e){
this.isHovered=e,this.requestPaint()}placeText(){let{cells:e,offer:{half:t}}=this.painter,[s,r]=this.place,o={across:T((2*
s/N-1)*t,1),up:T((1-2*r/N)*t,1)};return e[Math.floor(r)*N+Math.floor(s)]?h("{across}, {up}: painted",o):h("{across}, {up\
}: empty",o)}paint(){let{cells:e,controls:{radius:t,erases:s},offer:{colours:r}}=this.painter,o=k(this.canvas),i=Lt(this.
canvas);o.clearRect(0,0,N*se,N*se);for(let a=0;a<e.length;a++){if(!e[a])continue;let l=Fs(e[a]);o.globalAlpha=kl+(Gd-kl)*
Ke(e[a])/15,o.fillStyle=l<0?Nt:r[l],o.fillRect(a%N*se,Math.floor(a/N)*se,se,se)}o.globalAlpha=1,(this.isHovered||this.canvas.
matches(":focus-visible"))&&(o.setLineDash(s?[6,4]:[]),Tt(o,this.place[0]*se,this.place[1]*se,t*se,i.background,5),this.
drawRing(o,se,t*se,i.text),o.setLineDash([]))}};var Vd=50,In=class{send;offer={session:"",painting:"",half:1,shapes:[],classes:[],colours:[]};cells=new Uint8Array(te);undoStack=[];hasStrokeChanged;hasPainting;echo=new _;paintingCanvas;controls;status;root;constructor(e){
this.send=e,this.hasStrokeChanged=this.hasPainting=!1,this.paintingCanvas=new Ln(this),this.controls=new En(this),this.status=
d("p",{class:"lp-note",id:"ps-status",role:"status"}),this.root=d("div",{class:"ps",role:"group","aria-label":h("Paint t\
he prior")},this.controls.root,this.status,this.paintingCanvas.hint)}showPainting(e){let t=this.hasPainting&&e.session!==
this.offer.session;this.offer=e,this.controls.buildShapeAndClassButtons(e.shapes,e.classes,e.colours),t?this.restorePainting(
e.painting):this.echo.isNewValue(e.painting)&&(this.hasPainting&&this.undoStack.push(this.cells),this.hasPainting=!0,this.
cells=Os(e.painting),this.paintingCanvas.isDown=!1),this.updateStatus()}restorePainting(e){this.echo=new _,this.echo.isNewValue(
e);let t=Rs(this.cells);t!==e&&(this.echo.noteSent(t),this.send(t))}beginStroke(e){this.undoStack.push(this.cells.slice()),
this.hasStrokeChanged=Yo(this.cells,e,e,this.controls.currentBrush)}continueStroke(e,t){this.hasStrokeChanged=Yo(this.cells,
e,t,this.controls.currentBrush)||this.hasStrokeChanged}endStroke(e){if(e&&this.hasStrokeChanged)return this.sendPainting();
this.cells=this.undoStack.pop()??this.cells,this.updateStatus()}undo(){this.paintingCanvas.stopStroke(!0);let e=this.undoStack.
pop();e&&(this.cells=e,this.sendPainting())}replacePainting(e){this.paintingCanvas.stopStroke(!0),Rs(e)!==Rs(this.cells)&&
(this.undoStack.push(this.cells),this.cells=e,this.sendPainting())}sendPainting(){this.undoStack=this.undoStack.slice(-Vd);
let e=Rs(this.cells);this.echo.noteSent(e),this.send(e),Ve({kind:"paint"}),this.updateStatus()}updateStatus(){this.controls.
undoButton.setAttribute("aria-disabled",String(!this.undoStack.length));let e=Tl(this.cells,this.offer.classes);this.status.
textContent!==e&&(this.status.textContent=e),this.paintingCanvas.requestPaint()}};var Nn=class{plane;painter;easel;constructor(e){this.plane=e,this.painter=new In(t=>e.sendMessage("painting",{text:t})),
this.easel=d("div",{class:"lp-easel",hidden:!0},this.painter.paintingCanvas.root),e.parts.surface.after(this.easel),e.parts.
panel.before(this.painter.root),e.events.on("data",()=>this.showOffer()),e.events.on("drawn",()=>this.placeCanvas())}showOffer(){
let{header:e,parts:t}=this.plane,{brush:s}=e,r=e.revision==="";this.easel.hidden=this.painter.root.hidden=!s,t.root.classList.
toggle("lp-painting",!!s),t.root.classList.toggle("lp-blank",r),t.surface.inert=r,s&&(this.painter.showPainting(s),this.
placeCanvas())}placeCanvas(){let{header:e,view:t}=this.plane;if(!e.brush)return;let{half:s}=e.brush,[r,o]=t.toScreen(-s,
s),i={left:`${r}px`,top:`${o}px`,width:`${2*s*t.scale}px`};Object.assign(this.painter.paintingCanvas.root.style,i),this.
easel.style.height=`${t.height}px`}};var Fn=class{knots;logDensities;constructor({prior_x:e,prior_y:t,prior_log:s}){this.knots=[e,t].flatMap(r=>r?[r.values]:
[]),this.logDensities=s?.values??new Float32Array(0)}contains(e){return this.knots.every((t,s)=>e[s]>=t[0]&&e[s]<=t[t.length-
1])}logDensity(e){if(!this.contains(e))return NaN;let[t,s]=[0,1].map(a=>this.knots[a]?X(this.knots[a],e[a]):0),[r,o]=[Math.
floor(t),Math.floor(s)],i=a=>{let l=a*this.knots[0].length+r;return Pl(this.logDensities[l],this.logDensities[l+1],t-r)};
return s>o?Pl(i(o),i(o+1),s-o):i(o)}};function Pl(n,e,t){return Number.isFinite(n)&&Number.isFinite(e)?n+(e-n)*t:t<.5?n:
e}var Xe={shift:1.4,along:.5,across:.1},ft={radius:3,angle:4*Math.PI,steps:4096},Zo=Math.log(2*Math.PI),Rn={gaussian:{sample:(n,e,t)=>Array.
from({length:e},()=>On(t)),logDensity:(n,{scale:e})=>-.5*Array.from(n).reduce((s,r)=>s+(r/e)**2,0)-n.length*(Math.log(e)+
.5*Zo)},mixture:{isPlanar:!0,sample:({components:n},e,t)=>{let s=El(Math.floor(n*t()),n);return Array.from({length:e/2},
()=>$d(On(t),On(t),s)).flat()},logDensity:(n,{scale:e,components:t})=>{let s=Array.from({length:t},(r,o)=>jd(n,e,El(o,t)));
return Jo(s)}},"swiss-roll":{isPlanar:!0,sample:(n,e,t)=>Qo(Math.sqrt(t()))},uniform:{sample:(n,e,t)=>Array.from({length:e},
()=>Math.sqrt(3)*(2*t()-1)),logDensity:(n,{scale:e})=>{let t=Math.sqrt(3)*e;return Array.from(n).every(s=>Math.abs(s)<=t)?
-n.length*Math.log(2*t):-1/0}},gamma:{sample:({shape:n},e,t)=>Array.from({length:e},()=>Ll(n,t)),logDensity:(n,{scale:e,
shape:t})=>{let s=Kd(t)+Math.log(e);return Array.from(n).reduce((r,o)=>o<0?-1/0:r+(t===1?0:(t-1)*Math.log(o/e))-o/e-s,0)}},
painted:{sample:({painting:n},e,t)=>Xo(n??"").sample(t),logDensity:(n,{scale:e,painting:t})=>Math.log(Xo(t??"").density(
n[0]/e,n[1]/e)/e**2)}},On=n=>Math.sqrt(-2*Math.log(1-n()))*Math.cos(2*Math.PI*n());function Ll(n,e){if(n<1)return Ll(n+1,
e)*(1-e())**(1/n);let t=n-1/3;for(;;){let s=On(e),r=(1+s/Math.sqrt(9*t))**3;if(r>0&&Math.log(1-e())<.5*s*s+t-t*r+t*Math.
log(r))return t*r}}function Jo(n){let e=Math.max(...n);return e===-1/0?e:e+Math.log(n.reduce((t,s)=>t+Math.exp(s-e),0)/n.
length)}function jd(n,e,t){let s=0;for(let r=0;r<n.length;r+=2){let[o,i]=Wd(n[r],n[r+1],e,t);s-=.5*(o*o+i*i),s-=Zo+Math.
log(Xe.along*Xe.across*e*e)}return s}function El(n,e){let t=2*Math.PI*n/e;return[Math.cos(t),Math.sin(t)]}function Wd(n,e,t,[
s,r]){return[((n*s+e*r)/t-Xe.shift)/Xe.along,(e*s-n*r)/t/Xe.across]}function $d(n,e,[t,s]){let[r,o]=[Xe.shift+Xe.along*n,
Xe.across*e];return[r*t-o*s,r*s+o*t]}var Qo=n=>[ft.radius*n*Math.cos(ft.angle*n),ft.radius*n*Math.sin(ft.angle*n)];function Kd(n){
let e=0;for(;n<8;n++)e-=Math.log(n);let t=1/(12*n)-1/(360*n**3)+1/(1260*n**5);return e+(n-.5)*Math.log(n)-n+.5*Zo+t}function Il(n){let e=n;return()=>(e=48271*e%2147483647,e/2147483647)}function Ut(n,e,t=Math.random,s){if(s){let i=e*Math.
floor(s.length/e*t());return s.slice(i,i+e)}let r=Rn[n.name].sample(n,e,t).map(i=>i*n.scale),o=n.heads?.[Math.floor(n.heads.
length*t())];return Float32Array.from(r,(i,a)=>i+(o?.[a]??0))}var Nl=1e3,ei=.1,qt={likely:h("A likely sample of the prior"),rare:h("A rare sample of the prior"),never:h("Hardly ever \
drawn from the prior")},Fe=class{dim;spec;typical;levels;rowCount;quantileTable;samples;densityTable;sampleScores=null;arcCoordinates;constructor(e,t){
let{quantiles:s,prior_samples:r,prior_log:o}=t;this.dim=e.dim,this.spec=e.prior,this.typical=e.typical,this.levels=e.prior?.
levels??[],this.rowCount=s?.shape[0]??0,this.quantileTable=s?.values??null,this.samples=r?.values,this.densityTable=o?new Fn(
t):null,this.arcCoordinates=this.spec&&this.typical?.kind==="arc"?Yd(this.spec.scale):new Float64Array(0)}logDensity(e){
let{spec:t,densityTable:s}=this;if(s)return s.logDensity(e);let r=t&&Rn[t.name]?.logDensity;return r?t.heads?Jo(t.heads.
map(o=>r(Xd(e,o),t))):r(e,t):NaN}isTypical(e){let t=this.typical;if(!t)return null;let s=this.spec?.heads??[[0,0]];if(t.
kind==="arc")return s.some(([o,i])=>this.distanceToArc(e[0]-o,e[1]-i)<=t.distance);if(this.densityTable&&!this.densityTable.
contains(e))return!1;let r=this.logDensity(e);return Number.isNaN(r)?null:r>=t.log-1e-4*Math.max(1,Math.abs(t.log))}likelihood(e,t=this.
isTypical(e)){if(t===null)return null;if(!t)return"never";let s=this.scoreQuantile(ei);return this.score(e)>=s-1e-6*Math.
max(1,Math.abs(s))?"likely":"rare"}get isFlat(){if(!this.typical)return!1;let[e,t]=[this.scoreQuantile(ei),this.scoreQuantile(
1-ei)];return t-e<1e-6*Math.max(1,Math.abs(t))}get hasComponents(){return this.spec?.name==="mixture"||(this.spec?.heads?.
length??0)>1}score(e){if(this.typical?.kind!=="arc")return this.logDensity(e);let t=this.spec?.heads??[[0,0]];return-Math.
min(...t.map(([s,r])=>this.distanceToArc(e[0]-s,e[1]-r)))}scoreQuantile(e){return this.sampleScores??=this.scoreSamples(),
this.sampleScores[Math.floor(e*this.sampleScores.length)]}scoreSamples(){let{dim:e}=this,t=this.drawSamples(Nl);return Float64Array.
from({length:Nl},(r,o)=>this.score(t.subarray(o*e,(o+1)*e))).filter(r=>!Number.isNaN(r)).sort()}drawSamples(e){let{spec:t,
dim:s,samples:r}=this,o=new Float32Array(e*s);if(!t)return o;let i=Il(1);for(let a=0;a<e;a++)o.set(Ut(t,s,i,r),a*s);return o}distanceToArc(e,t){
let s=1/0;for(let r=0;r<this.arcCoordinates.length;r+=2)s=Math.min(s,(this.arcCoordinates[r]-e)**2+(this.arcCoordinates[r+
1]-t)**2);return Math.sqrt(s)}quantile(e,t){return this.quantileTable?pt(this.quantileRow(t),X(this.levels,e)):NaN}percentile(e,t){
return this.quantileTable?pt(this.levels,X(this.quantileRow(t),e)):NaN}quantileRow(e){let t=this.levels.length,s=e%this.
rowCount*t;return this.quantileTable.subarray(s,s+t)}},Xd=(n,e)=>Array.from(n,(t,s)=>t-e[s]),Yd=n=>Float64Array.from(Array.
from({length:ft.steps},(e,t)=>Qo(t/(ft.steps-1))).flat(),e=>n*e);var ti=R(()=>{let n=new Float32Array(65536);for(let e=0;e<65536;e++){let t=e>>10&31,s=e&1023,r=t?(1+s/1024)*2**(t-15):s*
2**-24;t===31&&(r=s?NaN:1/0),n[e]=e&32768?-r:r}return n});function Gt(n,e,t,s,r,o,i){let a=ti();for(let l=0;l<t;l+=s,o+=
i){let c=Math.min(s,t-l);for(let m=0;m<c;m++){let u=n[e+l+m];if((u&31744)===31744)throw new Error(h("The network's weigh\
ts hold a value that is not finite."));r[o+m]=a[u]}}}var Zd=new W(2),ni=(n,e)=>[...n.filter(t=>t<e),e],ri=(n,e)=>Math.round(X(n,e));function si(n,e,t){let s=ti(),r=new Float32Array(
t);for(let o=0;o<t;o++)r[o]=s[n[e+o]];return r}var Ds=class{header;steps;fields;size;dim;decoderSteps;placesByFrame;surfaceAt;slice;constructor({
header:e,fields:t}){this.header=e,this.steps=e.steps,this.fields=t;let[s,r,o]=t.z.shape;if(s!==this.steps.length||t.rows.
values.length!==r)throw new Error(h("The frames do not fit one another; reload the page."));this.size=r*o,this.dim=o,this.
decoderSteps=Object.keys(e.keys).map(Number).sort((i,a)=>i-a),this.placesByFrame=new Map,this.surfaceAt=ie(i=>{let{judged:a}=this.
fields;if(!a)return null;let[,l,c]=a.shape;return{values:si(a.values,i*l*c,l*c),shape:[l,c],box:this.header.box}}),this.
slice=null}momentOf(e){let{steps:t,epochs:s,losses:r,distances:o}=this.header;return{step:t[e],epoch:s[e],losses:r[e],distance:o[e]}}codesAt(e){
return si(this.fields.z.values,e*this.size,this.size)}codeOf(e,t){let s=this.fields.rows.values.indexOf(t);return s<0?null:
si(this.fields.z.values,e*this.size+s*this.dim,this.dim)}placesAt(e,t,s){this.slice!==t&&this.placesByFrame.clear(),this.
slice=t;let r=this.placesByFrame.get(e);if(r?.length===s.length)return r;let o=this.codesAt(e),i=new Float32Array(s.length).
fill(NaN),a=t.shownDimensions.length===1;return this.fields.rows.values.forEach((l,c)=>{if(2*l>=i.length)return;let[m,u]=t.
project(o,c*this.dim);i[2*l]=m,i[2*l+1]=a?s[2*l+1]:u}),this.placesByFrame.set(e,i),i}nearestDecoder(e,t){let s=o=>Math.abs(
Math.log((o+10)/(this.steps[e]+10))),r=this.decoderSteps.reduce((o,i)=>s(i)<s(o)?i:o,t);return r===t?-1:r}};function Vt({
values:n,shape:[e,t],box:s},r,o){let[i,a,l,c]=s,m=(r-i)/(a-i)*(t-1),u=(o-l)/(c-l)*(e-1);if(!(m>=0&&u>=0&&m<=t-1&&u<=e-1))
return NaN;let p=Math.min(t-2,Math.floor(m)),f=Math.min(e-2,Math.floor(u)),[g,b]=[m-p,u-f],y=(w,S)=>n[w*t+S];return(1-b)*
((1-g)*y(f,p)+g*y(f,p+1))+b*((1-g)*y(f+1,p)+g*y(f+1,p+1))}var Fl=n=>Zd.getOrFetch(n,async()=>new Ds(re(new Uint8Array(await Y(
n,h("The frames"))))));var Dn=h("The losses of D and of the encoder against it need not fall: each is measured against the other, which learns \
too. The distance tells whether q(z) comes closer to p(z)."),Jd=[xt("reconstruction"),xt("encoder against D"),xt("classi\
fication"),xt("Distance to the prior (MMD²)"),xt("Distance to the prior (Jensen–Shannon)")],_s=n=>Jd.includes(n)?h(n):
n,Ye=(n,e)=>Number.isNaN(e)?h("step {step}",{step:n.toLocaleString("en")}):h("step {step}, epoch {epoch}",{step:n.toLocaleString(
"en"),epoch:T(e,e<10?2:1)});function Ol({losses:n,distance:e},t,s){let r=Object.entries(t).flatMap(([i,a])=>i in n?[`${_s(
a)} ${oi(n[i])}`]:[]),o=r.length?[h("Losses: {losses}.",{losses:r.join(", ")})]:[];return e!==null&&o.push(h("{measure}:\
 {distance}.",{measure:_s(s),distance:T(e,3)})),I(...o)}function oi(n){let e=Math.abs(n);return e<10?T(n,2):T(n,e<100?1:
0)}function Rl(n,e,t="coming"){if(n<0)return h("The image comes from the latest decoder; none was saved closer to this s\
tep.");let s={step:n.toLocaleString("en")};return t==="coming"?h("The image comes from the latest decoder until the deco\
der of step {step} has been fetched.",s):t==="failed"?h("The image comes from the latest decoder: the decoder of step {s\
tep} could not be fetched.",s):n===e?h("The image comes from the decoder of this step."):h("The image comes from the dec\
oder of step {step}, the nearest that was saved.",s)}function jt({keys:n,resumed:e,changed:t=[]},s){let r=(o,i)=>i.map(a=>({
share:s(Number(a)),kind:o}));return[...r("key",Object.keys(n)),...r("resumed",e),...r("changed",t.map(({step:o})=>o))]}function Dl(n,{
resumed:e,changed:t=[]}){let s=i=>i.map(a=>a.toLocaleString("en")).join(", "),r=[];n.length&&r.push(n.length>4?h("Dots: \
decoders that were saved ({count} of them).",{count:n.length}):h("Dots: decoders that were saved (step {steps}).",{steps:s(
n)})),e.length&&r.push(h("Bars: the training was resumed (step {steps}).",{steps:s(e.slice(-4))}));let o=t.slice(-4).map(
({step:i,factor:a})=>h("× {factor} from step {step}",{factor:a,step:i.toLocaleString("en")}));return o.length&&r.push(h(
"Triangles: the schedule changed the learning rates ({changes}).",{changes:o.join(", ")})),I(...r)}var Qd=1e3,_l=.12,ii=.6,ep=(1+Math.sqrt(5))/2,tp="lp-live-foot",sp="lp-live",_n=class{plane;note=d("p",{class:"lp-live",
hidden:!0});frame;places;start;share;moveSeconds;arrivedAt;timer;isAsking;haveCodesMoved;clock;constructor(e){this.plane=
e,e.parts.foot.append(this.note),this.frame=null,this.places=this.start=new Float32Array(0),this.share=1,this.moveSeconds=
_l,this.arrivedAt=0,this.timer=0,this.isAsking=this.haveCodesMoved=!1,this.clock=new je(t=>this.move(t)),e.events.on("da\
ta",({isOtherRevision:t})=>this.onMessage(t)),e.events.on("close",()=>this.stop())}onMessage(e){let{header:t,slice:s}=this.
plane;if(e&&(this.stop(),this.frame=null),this.plane.parts.foot.classList.toggle(tp,!!t.live),!t.live||!s.decodable)return this.
finish();this.frame&&this.showPlaces(this.places),!this.timer&&!this.isAsking&&this.ask()}stop(){this.plane.decoder.followTraining(
null),window.clearTimeout(this.timer),this.timer=0,this.clock.stop(),this.note.hidden=!0}async ask(){let{plane:e}=this,{
revision:t}=e.header;this.timer=0,this.isAsking=!0;let s=await e.decoder.server.fetchLiveCodes(this.frame?.steps[0]??-1).
catch(()=>null);this.isAsking=!1,!(e.closed||!e.header.live||e.header.revision!==t)&&(s&&e.decoder.followTraining(s.header.
decoder),s?.header.steps.length&&this.moveTo(new Ds(s)),this.timer=window.setTimeout(()=>this.ask(),s?.header.pause??Qd))}moveTo(e){
let t=performance.now(),s=(t-this.arrivedAt)/1e3;this.start=this.frame?this.places:this.plane.presentCodes.xy,this.moveSeconds=
Math.min(ii,Math.max(_l,s)),this.arrivedAt=t,this.frame=e,this.note.hidden=!1,A(this.note,this.noteText(e)),this.showFrame(),
this.beginMove()}noteText(e){let{step:t,epoch:s}=e.momentOf(0),r=h("Live: {moment}",{moment:Ye(t,s)}),[o,i]=[e.fields.rows.
values.length,this.plane.presentCodes.xy.length/2];return o>=i?r:h("{text} · {count} of {total} codes",{text:r,count:o.
toLocaleString("en"),total:i.toLocaleString("en")})}showFrame(){let{plane:e,frame:t}=this;if(!t)return;let s=t.surfaceAt(
0),r=!e.pastFrame;e.setPastFrame({step:t.steps[0],surface:s,discriminatorAt:o=>s?Vt(s,o[0],o[1]):NaN,codeOf:o=>t.codeOf(
0,o)}),r&&e.updateSwitches()}beginMove(){this.share=0,window.matchMedia("(prefers-reduced-motion: reduce)").matches?this.
move(ii):this.clock.isRunning||this.clock.start()}move(e){this.share=Math.min(1,this.share+e/this.moveSeconds);let t=this.
endPlaces();this.start.length!==t.length&&(this.start=t),this.places=this.share<1?np(this.start,t,this.share):t,this.showPlaces(
this.places),this.haveCodesMoved||performance.mark(sp),this.haveCodesMoved=!0,!(this.share<1)&&(this.clock.stop(),this.frame||
this.arrive())}endPlaces(){let{frame:e,plane:t}=this;return e?e.placesAt(0,t.slice,t.presentCodes.xy):t.presentCodes.xy}showPlaces(e){
let{plane:t}=this;this.showFrame(),e.length===t.presentCodes.xy.length&&t.showCodes({...t.presentCodes,xy:e}),t.setHovered(
-1),t.redrawCodes()}finish(){if(!this.frame)return this.stop();this.stop(),this.start=this.places,this.frame=null,this.moveSeconds=
ii,this.showPlaces(this.places),this.beginMove()}arrive(){let{plane:e}=this;e.setPastFrame(null),e.showCodes(e.presentCodes),
e.preparePicking(),e.updateSwitches(),e.scene.startTasks(),e.redrawCodes(),e.events.emit("moment")}};function np(n,e,t){
let s=be(n,e,t);for(let r=0;r<s.length;r+=2){if(!Number.isNaN(s[r]))continue;let i=r/2*ep%1<t?e:n;s[r]=i[r],s[r+1]=i[r+1]}
return s}var rp=2e6,ai=n=>1/(1+Math.exp(-n)),op={identity:n=>n,sigmoid:ai,exp:Math.exp};function ip(n,{groups:e,times:t,plus:s},r){
for(let[o,i]of e){let a=op[o];if(o==="softmax"){let l=i.reduce((m,u)=>Math.max(m,n[u]),-1/0),c=i.reduce((m,u)=>m+Math.exp(
n[u]-l),0);a=m=>Math.exp(m-l)/c}for(let l of i)r[l]=Math.min(1,Math.max(0,t[l]*a(n[l])+s[l]))}}var Ze=class{decoder;discriminator;image;dim;means;kind;contentSize;pixels;constructor(e,t,s,r,o=null){
this.decoder=e,this.discriminator=t,this.image=s,this.dim=r,this.means=o,this.kind=e.machine.kind,this.contentSize=e.inputs-
r,this.pixels=new Float32Array(e.outputs)}decode(e,t=null){return this.decodeInto([e],t===null?null:[t],this.pixels)}decodeMany(e,t=null){
return oe(this.decodeInto(e,t,new Float32Array(e.length*this.decoder.outputs)),e.length)}batchSizeFor(e){return Math.max(
1,Math.min(e,Math.round(e*rp/this.decoder.multiplications)))}decodeInto(e,t,s){let{heap:r,outputs:o}=this.decoder,{contentSize:i}=this;
return this.decoder.runAll(e.length,(a,l)=>{let c=t?t[a]:-1;typeof c!="number"?r.set(c,l):c>=0&&c<i&&(r[l+c]=1),r.set(e[a],
l+i)},(a,l)=>{let c=s.subarray(a*o,(a+1)*o);if(this.means)return ip(r.subarray(l,l+o),this.means,c);for(let m=0;m<o;m++)
c[m]=ai(r[l+m])}),s}discriminate(e){return this.discriminateMany([e])[0]}discriminateMany(e){let t=new Float32Array(e.length).
fill(NaN),{discriminator:s}=this;return s?.runAll(e.length,(r,o)=>s.heap.set(e[r],o),(r,o)=>t[r]=ai(s.heap[o])),t}};function Bl(n,e){
return t=>{let s=new Float32Array(e);return n.runAll(1,(r,o)=>n.heap.set(t,o),(r,o)=>s.set(n.heap.subarray(o,o+e))),s}}function ap(n){let e=1/(1+.3275911*Math.abs(n)),t=e*(.254829592+e*(-.284496736+e*(1.421413741+e*(-1.453152027+e*1.061405429))));
return Math.sign(n)*(1-t*Math.exp(-n*n))}var Hl={"leaky-relu":n=>n<0?.01*n:n,gelu:n=>n/2*(1+ap(n*Math.SQRT1_2)),silu:n=>n/
(1+Math.exp(-n)),elu:n=>n<0?Math.expm1(n):n,tanh:Math.tanh};function zl(n,e){for(let t=0;t<n.length;t++)n[t]=e(n[t])}function Ul(n){let e=new Float32Array(n);return{heap:e,dense:(t,s,r,o,i,a,l,c,m)=>{let u=m?0:-1/0;for(let p=0;p<l;p++)for(let f=0;f<
i;f+=4){let g=f-f%16;lp(e,t+g*a+f-g,s+f,r+p*c,o+p*c+f,a,u)}},correlate:(t,s,r,o,i,a,l,c)=>{let m=new Int32Array(e.buffer).
subarray(r,r+l).map(u=>u/4);for(let u=0;u<a;u+=4)cp(e,t+u*l,s+u,m,o,i+u*c,c)},kind:"JavaScript"}}function lp(n,e,t,s,r,o,i){
let a=n[t],l=n[t+1],c=n[t+2],m=n[t+3];for(let u=0,p=e;u<o;u++,p+=16){let f=n[s+u];f!==0&&(a+=n[p]*f,l+=n[p+1]*f,c+=n[p+2]*
f,m+=n[p+3]*f)}n[r]=a<i?i:a,n[r+1]=l<i?i:l,n[r+2]=c<i?i:c,n[r+3]=m<i?i:m}function cp(n,e,t,s,r,o,i){for(let a=0;a<i;a++,
r++,o++){let l=n[t],c=n[t+1],m=n[t+2],u=n[t+3];for(let p=0,f=e;p<s.length;p++,f+=4){let g=n[r+s[p]];l+=n[f]*g,c+=n[f+1]*
g,m+=n[f+2]*g,u+=n[f+3]*g}n[o]=l,n[o+i]=c,n[o+2*i]=m,n[o+3*i]=u}}var Wt=(n,e)=>Math.ceil(n/e)*e;function ql(n,e,t,s,{stride:r,padding:o,transposed:i}){let[a,l]=i?[1,r]:[r,1],c=Array.from(
{length:l},()=>[]);for(let g=0;g<s;g++){let b=((g-o)%r+r)%r,y=(g-o-b)/r;i?c[b].push({tap:g,part:0,shift:-y}):c[0].push({
tap:g,part:b,shift:y})}let m=c.flat().map(({shift:g})=>g),u=Array.from({length:a},(g,b)=>Int32Array.from({length:Math.ceil(
(e-b)/a)},(y,w)=>Math.floor((b+w*a)*n/e))),p=Math.max(0,-Math.min(...m)),f=Math.max(0,...m);return{taps:c,sources:u,phases:l,
before:p,after:f,length:Math.max(Math.ceil(t/l),u[0].length)}}var Bn=class{layer;inputs;outputs;lines;linePitch;planeSize;firstPixel;inputStart;outputStart;channelSize;b;end;phases;constructor(e,t){
let[s,r,o]=e.before,[i,a,l]=e.after;this.layer=e,this.inputs=s*r*o,this.outputs=i*a*l;let c=ql(r,e.enlarged[0],a,e.kernel[0],
e),m=ql(o,e.enlarged[1],l,e.kernel[1],e);this.lines={y:c,x:m};let u=Math.max(m.before,m.after);this.linePitch=m.length+u,
this.planeSize=u+(c.before+c.length+c.after)*this.linePitch,this.firstPixel=u+c.before*this.linePitch,this.inputStart=t;
let p=c.sources.length*m.sources.length,f=Wt(t+s*p*this.planeSize+u+8,8);this.outputStart=f,this.channelSize=Wt(Math.ceil(
a/c.phases)*this.linePitch,8),this.b=f+Wt(i,4)*this.channelSize,this.end=this.b+Wt(i,4),this.phases=c.taps.flatMap(g=>m.
taps.map(b=>this.makePhase(s,g,b)))}makePhase(e,t,s){let{linePitch:r,planeSize:o,firstPixel:i,end:a,layer:l,lines:{x:c,y:m}}=this,
u=[],p=[];for(let g=0;g<e;g++)for(let b of t)for(let y of s){let w=(g*m.sources.length+b.part)*c.sources.length+y.part;u.
push(w*o+i+b.shift*r+y.shift),p.push((g*l.kernel[0]+b.tap)*l.kernel[1]+y.tap)}let f=a+p.length*Wt(l.after[0],4);return this.
end=f+p.length,{T:a,offsets:f,distances:u,taps:p}}loadWeights(e,t,s){let{layer:r,phases:o,b:i}=this,a=r.after[0],l=new Int32Array(
s.buffer,s.byteOffset,s.length);for(let{T:c,offsets:m,distances:u,taps:p}of o)p.forEach((f,g)=>Gt(e,t+f*a,a,4,s,c+g*4,p.
length*4)),l.set(u.map(f=>4*f),m);Gt(e,t+r.before[0]*r.kernel[0]*r.kernel[1]*a,a,4,s,i,4)}run(e,t,s,r,o){let{phases:i,inputStart:a,
outputStart:l,b:c,channelSize:m,layer:u}=this;for(let p=0;p<r;p++)this.stageInput(e.heap,t+p*o),i.forEach(({T:f,offsets:g,
taps:b},y)=>{e.correlate(f,c,g,a,l,Wt(u.after[0],4),b.length,m),this.writeOutput(e.heap,s+p*o,y)})}stageInput(e,t){let{layer:s,
lines:{x:r,y:o},inputStart:i,planeSize:a,firstPixel:l,linePitch:c}=this,[m,u,p]=s.before,f=i+l;for(let g=0;g<m;g++,t+=u*
p)for(let b of o.sources)for(let y of r.sources){for(let w=0;w<b.length;w++){let[S,M]=[t+b[w]*p,f+w*c];for(let x=0;x<y.length;x++)
e[M+x]=e[S+y[x]]}f+=a}}writeOutput(e,t,s){let{layer:r,lines:{x:o,y:i},outputStart:a,channelSize:l,linePitch:c}=this,[m,u,
p]=r.after,[f,g]=[Math.floor(s/o.phases),s%o.phases];for(let b=0;b<m;b++)for(let y=f,w=a+b*l;y<u;y+=i.phases,w+=c){let S=t+
(b*u+y)*p;for(let M=g,x=w;M<p;M+=o.phases,x++){let P=r.adds?e[x]+e[S+M]:e[x];e[S+M]=r.relu&&P<0?0:P}}}};var $t=n=>Math.ceil(n/16)*16,Hn=class{inputs;outputs;relu;T;b;end;constructor([e,t],s,r){this.inputs=e,this.outputs=t,this.
relu=s,this.T=r,this.b=r+e*$t(t),this.end=this.b+$t(t)}loadWeights(e,t,s){let{inputs:r,outputs:o}=this;for(let i=0;i<r;i++,
t+=o)Gt(e,t,o,16,s,this.T+i*16,r*16);Gt(e,t,o,16,s,this.b,16)}run(e,t,s,r,o){e.dense(this.T,this.b,t,s,$t(this.outputs),
this.inputs,r,o,this.relu)}};var Gl=ya("AGFzbQEAAAABKwRgBH9/f38Bf2AHf39/f39/ewBgCn9/f39/f39/f38AYAh/f39/f39/fwACDwEDZW52Bm1lbW9yeQIAAQMGBQABAAIDBxUCB\
WRlbnNlAAMJY29ycmVsYXRlAAQK3ggFWQEBfwNAIAMgBDYCACADIAAqAgA4AgQgAyABKgIAOAIIIANBDEEAIAAoAgAgASgCAHJBAXQbaiEDIARBwABqIQQgA\
UEEaiEBIABBBGohACAAIAJJDQALIAML3gICAX8LeyAD/QAEACELIAshDyAD/QAEECEMIAwhECAD/QAEICENIA0hESAD/QAEMCEOIA4hEgJAA0AgASACTw0BI\
AAgASgCAGohByAB/QkCBCEJIAH9CQIIIQogB/0ABAAhCCALIAggCf3mAf3kASELIA8gCCAK/eYB/eQBIQ8gB/0ABBAhCCAMIAggCf3mAf3kASEMIBAgCCAK/\
eYB/eQBIRAgB/0ABCAhCCANIAggCf3mAf3kASENIBEgCCAK/eYB/eQBIREgB/0ABDAhCCAOIAggCf3mAf3kASEOIBIgCCAK/eYB/eQBIRIgAUEMaiEBDAALC\
yAEIAsgBv3rAf0LBAAgBCAMIAb96wH9CwQQIAQgDSAG/esB/QsEICAEIA4gBv3rAf0LBDAgBSAPIAb96wH9CwQAIAUgECAG/esB/QsEECAFIBEgBv3rAf0LB\
CAgBSASIAb96wH9CwQwCxkAIAJBAWshAiAAIAMgASACIAEgAkkbbGoL2wECA38Be0MAAAAAQwAAgP8gCBv9EyENIAVBDGxBEGohDCAJIQsDQCALIAIgCiAGI\
AcQAiACIApBAWogBiAHEAIgAiAKIAYgBxACIAVBAnRqIAtBBGoQADYCACALIAxqIQsgCkECaiIKIAZJDQALA0BBACEKIAkhCwNAIAAgC0EEaiALKAIAIAEgA\
yAKIAYgBxACIAMgCkEBaiAGIAcQAiANEAEgCyAMaiELIApBAmoiCiAGSQ0ACyAAIAVBBnRqIQAgAUHAAGohASADQcAAaiEDIARBEGsiBA0ACwuqAwIEfwt7I\
AAgBkEEdGohCwNAQQAhCANAIAH9CQIAIQ8gDyETIAH9CQIEIRAgECEUIAH9CQIIIREgESEVIAH9CQIMIRIgEiEWIAAhCSACIQoDQCADIAhqIAooAgBq/QAEA\
CEMIAMgCGogCigCAGr9AAQQIQ0gCf0JAgAhDiAPIA4gDP3mAf3kASEPIBMgDiAN/eYB/eQBIRMgCf0JAgQhDiAQIA4gDP3mAf3kASEQIBQgDiAN/eYB/eQBI\
RQgCf0JAgghDiARIA4gDP3mAf3kASERIBUgDiAN/eYB/eQBIRUgCf0JAgwhDiASIA4gDP3mAf3kASESIBYgDiAN/eYB/eQBIRYgCkEEaiEKIAlBEGoiCSALS\
Q0ACyAEIAhqIQogCiAP/QsEACAKIBP9CwQQIAogB2ohCiAKIBD9CwQAIAogFP0LBBAgCiAHaiEKIAogEf0LBAAgCiAV/QsEECAKIAdqIQogCiAS/QsEACAKI\
Bb9CwQQIAhBIGoiCCAHSQ0ACyALIQAgCyAGQQR0aiELIAFBEGohASAEIAdBAnRqIQQgBUEEayIFDQALCw==");var mp=65536,Vl;function jl(n,e,t){let s=4*n,r=Math.ceil(t/2)*(12*e+16);try{Vl??=new WebAssembly.Module(Gl);let o=new WebAssembly.
Memory({initial:Math.ceil((s+r)/mp)}),i=new WebAssembly.Instance(Vl,{env:{memory:o}}).exports;return{heap:new Float32Array(
o.buffer,0,n),dense:(a,l,c,m,u,p,f,g,b)=>i.dense(4*a,4*l,4*c,4*m,u,p,f,4*g,Number(b),s),correlate:(a,l,c,m,u,p,f,g)=>i.correlate(
4*a,4*l,4*c,4*m,4*u,p,f,4*g),kind:"WebAssembly"}}catch(o){if(!(o instanceof WebAssembly.CompileError)&&!(o instanceof RangeError))
throw o;return null}}var up=32,dp=2**20,Wl=n=>Array.isArray(n)?n:[n.before[0]*n.kernel[0]*n.kernel[1],n.after[0]],zn=n=>n.map(Wl).reduce((e,[
t,s])=>e+(t+1)*s,0);function pp(n){let[e,t]=Wl(n);if(Array.isArray(n))return e*t;let[,s,r]=n.transposed?n.before:n.after;
return e*t*s*r}var Un=class{activation;multiplications;inputs;outputs;stride;batch;layers;machine;heap;constructor(e,t,s=!0,r="\
relu"){let o=2*zn(t);if(e.byteLength!==o)throw new Error(h("The network's weights arrived incomplete: {count} of {total}\
 bytes.",{count:e.byteLength,total:o}));let i=u=>{let p=u;return t.map((f,g)=>{let b=Array.isArray(f)?new Hn(f,r==="relu"&&
g<t.length-1,p):new Bn(f,p);return p=b.end,b})},a=i(0).map(({inputs:u,outputs:p})=>[u,p]);this.activation=r==="relu"?null:
Hl[r],this.multiplications=t.map(pp).reduce((u,p)=>u+p),this.inputs=a[0][0],this.outputs=a[a.length-1][1],this.stride=Math.
max(...a.flat().map($t)),this.batch=Math.max(1,Math.min(up,Math.floor(dp/this.stride))),this.layers=i(2*this.batch*this.
stride);let l=this.layers[t.length-1].end,c=Math.max(...t.flatMap(u=>Array.isArray(u)?u.map($t):[]),0);this.machine=s&&jl(
l,c,this.batch)||Ul(l),this.heap=this.machine.heap;let m=new Uint16Array(e);this.layers.forEach((u,p)=>u.loadWeights(m,zn(
t.slice(0,p)),this.heap))}runBatch(e){let[t,s]=[0,this.batch*this.stride];for(let r of this.layers)r.run(this.machine,t,
s,e,this.stride),r!==this.layers[this.layers.length-1]&&this.activateBatch(s,r.outputs,e),[t,s]=[s,t];return t}activateBatch(e,t,s){
if(this.activation)for(let r=0;r<s;r++){let o=e+r*this.stride;zl(this.heap.subarray(o,o+t),this.activation)}}runAll(e,t,s){
for(let r=0;r<e;r+=this.batch){let o=Math.min(this.batch,e-r);for(let a=0;a<o;a++)this.heap.fill(0,a*this.stride,a*this.
stride+this.inputs),t(r+a,a*this.stride);let i=this.runBatch(o);for(let a=0;a<o;a++)s(r+a,i+a*this.stride)}}};var $l=new W(8),Kl=({sha:n,activation:e})=>`${n} ${e}`,Kt=n=>$l.getOrFetch(Kl(n),()=>fp(n)),ci=n=>$l.peek(Kl(n));async function fp({
url:n,sha:e,layers:t,activation:s}){let r=await Y(n,h("The network's weights")),o=new Un(r,t,!0,s);if(!globalThis.crypto?.
subtle)return o;let i=new Uint8Array(await crypto.subtle.digest("SHA-256",r));if(Array.from(i,l=>l.toString(16).padStart(
2,"0")).join("")!==e)throw new Error(h("The network's weights that arrived differ from those that were saved."));return o}var Xl=80,qn=8;function Yl(n,e,t){let s=Array.from({length:n},(o,i)=>i).filter(o=>(!e||e[o])&&t(o)),r=Math.max(1,s.length/
Xl);return Array.from({length:Math.min(s.length,Xl)},(o,i)=>s[Math.floor(i*r)])}function Zl(n,e,t,s,r){let o=[t.xy,...s.
slice(0,qn)],i=a=>t.labels?t.labels[a]:-1;for(let a=0;a+1<o.length;a++){n.globalAlpha=.75*(1-a/qn);for(let l of new Set(
r.map(i))){n.beginPath();for(let c of r.filter(m=>i(m)===l)){let[m,u]=e.toScreen(o[a][2*c],o[a][2*c+1]),[p,f]=e.toScreen(
o[a+1][2*c],o[a+1][2*c+1]);Number.isNaN(m+u+p+f)||(n.moveTo(p,f),n.lineTo(m,u))}$(n,ge(t,l),1.25*e.markScale)}}n.globalAlpha=
1}var gp=8e6,Jl=new WeakMap,Ql=n=>Jl.get(n),Gn=class{plane;frameInfo;history;framesUrl;pendingFetch;fetchError;stops;position;hasTrails;pastNetworks;constructor(e){
this.plane=e,Jl.set(e,this),this.frameInfo=null,this.history=null,this.framesUrl="",this.pendingFetch=Promise.resolve(),
this.fetchError="",this.stops=[],this.position=0,this.hasTrails=!1,this.pastNetworks=new Map,e.addOverlay(({pen:t,view:s})=>this.
paintTrails(t,s)),e.events.on("data",({isOtherRevision:t})=>this.onMessage(t));for(let t of["choose","classes"])e.events.
on(t,()=>{this.hasTrails&&e.redrawOverlays()});e.events.on("close",()=>E.emit("history",{plane:e,kind:"closed"}))}get lastStopIndex(){
return this.stops.length-1}emitHistoryEvent(e){this.plane.events.emit("history",e),E.emit("history",{plane:this.plane,...e})}onMessage(e){
let{plane:t}=this,{history:s}=t.header;e&&this.dropHistory();let r=s&&t.slice.decodable&&ni(s.steps,s.now).length>1?s:null;
(!r||r.sha!==this.frameInfo?.sha)&&(this.fetchError=""),this.frameInfo=r,r||this.showPresent(),this.emitHistoryEvent({kind:"\
message",isOtherRevision:e})}dropHistory(){this.history=null,this.framesUrl=this.fetchError="",this.pastNetworks=new Map,
this.stops=[],this.position=0}updateStops(){let{frameInfo:e,history:t}=this;e&&(this.stops=ni((t??e).steps,e.now))}async fetchFrames(){
let{plane:e,frameInfo:t}=this,{server:s}=e.decoder;if(!t||!s.canRequest("frames"))return;let r=s.framesUrl(t.sha);return r!==
this.framesUrl&&(this.framesUrl=r,this.fetchError="",this.pendingFetch=this.loadFrames(r)),this.pendingFetch}async loadFrames(e){
let{plane:t}=this,s=await Fl(e).catch(r=>r.message);if(!(this.framesUrl!==e||t.closed)){if(typeof s=="string")return this.
framesUrl="",this.fetchError=s,this.emitHistoryEvent({kind:"failed",sentence:s});if(this.history!==s){this.history=s;for(let[
r,o]of this.pastNetworks)o==="failed"&&this.pastNetworks.delete(r);this.emitHistoryEvent({kind:"frames",sentence:s.header.
troubles.slice(0,3).join(" ")}),this.hasTrails&&t.redrawOverlays()}}}showAt(e,t){let{plane:s,history:r}=this;if(this.position=
e,e>=this.lastStopIndex||!r)return this.showPresent();let o=Math.floor(e),i=this.placesAtStop(o),a=e-o,l=a?be(i,this.placesAtStop(
o+1),a):i;s.showCodes({...s.presentCodes,xy:l});let c=Math.min(Math.round(e),this.lastStopIndex-1),m=r.surfaceAt(c),u=!s.
pastFrame;s.setPastFrame({step:r.steps[c],surface:m,discriminatorAt:g=>m?Vt(m,g[0],g[1]):NaN,codeOf:g=>r.codeOf(c,g)});let p=this.
decoderStepAt(c),f=this.pastNetworks.get(p);s.decoder.useEarlierNetworks(f instanceof Ze?f:null,p),f||this.fetchDecoder(
p),u&&this.onPresentChanged(),t||s.preparePicking(),this.redrawPlane()}showPresent(){let{plane:e}=this;e.decoder.useEarlierNetworks(
null),e.pastFrame&&(e.setPastFrame(null),e.codes!==e.presentCodes&&(e.showCodes(e.presentCodes),e.preparePicking()),e.scene.
startTasks(),this.redrawPlane(),this.onPresentChanged())}onPresentChanged(){this.plane.updateSwitches(),this.plane.events.
emit("moment")}redrawPlane(){let{plane:e}=this;e.setHovered(-1),e.redrawCodes(),this.hasTrails&&e.redrawOverlays()}preparePicking(){
let{plane:e}=this;e.preparePicking(),e.refresh(),e.events.emit("moment")}codeNow(e){let t=Math.min(Math.floor(this.position),
this.lastStopIndex),[s,r]=[t,Math.min(t+1,this.lastStopIndex)].map(o=>this.codeAtStop(o,e));return s&&r&&be(s,r,this.position-
t)}codeAtStop(e,t){let{history:s,plane:r}=this;if(s&&e<this.lastStopIndex)return s.codeOf(e,t);let{dim:o}=r.header;return r.
fields.z.values.slice(t*o,(t+1)*o)}placesAtStop(e){let{history:t,plane:s}=this;return e>=this.lastStopIndex||!t?s.presentCodes.
xy:t.placesAt(e,s.slice,s.presentCodes.xy)}decoderStepAt(e){return this.history&&this.frameInfo?this.history.nearestDecoder(
e,this.frameInfo.now):-1}async prefetchFirstDecoder(){let[e]=this.decodersToPrefetch();e!==void 0&&await this.prefetchDecoder(
e)}async prefetchSavedDecoders(){let{history:e,plane:t}=this;for(let s of this.decodersToPrefetch()){if(this.history!==e||
t.closed)return;await this.prefetchDecoder(s)}}decodersToPrefetch(){let{history:e}=this;if(!e)return[];let t=gp;return e.
decoderSteps.filter(s=>(t-=2*zn(e.header.keys[s].layers),t>=0))}async prefetchDecoder(e){this.pastNetworks.has(e)||await this.
fetchDecoder(e)}async fetchDecoder(e){let{plane:t,history:s,pastNetworks:r}=this,o=s?.header.keys[e];if(!o)return;r.set(
e,"coming");let i=(a,l="")=>{this.pastNetworks!==r||t.closed||(r.set(e,a),this.emitHistoryEvent({kind:"network",sentence:l}))};
await Kt(o).then(a=>i(new Ze(a,null,s.header.image,t.header.dim,t.header.weights?.means)),a=>i("failed",a.message))}setTrails(e){
this.hasTrails=e,this.plane.redrawOverlays()}paintTrails(e,t){let{plane:s,history:r}=this;if(!this.hasTrails||!r||!this.
frameInfo||!s.settings.layers.codes)return;let o=[];for(let a=Math.ceil(this.position)-1;a>=0&&o.length<qn;a--)o.push(this.
placesAtStop(a));let i=Yl(s.codes.xy.length/2,s.selection.mask,a=>s.isVisible(a));Zl(e,t,s.codes,o,i)}momentAt(e){let{frameInfo:t,
history:s,stops:r}=this,o={losses:{},distance:null};if(e<this.lastStopIndex)return s?s.momentOf(e):{...o,step:r[e],epoch:NaN};
let{now:i,epoch:a}=t,l=s?s.steps.length-1:-1;return s&&s.steps[l]===i?{...s.momentOf(l),epoch:a}:{...o,step:i,epoch:a}}decoderAt(e){
let t=this.decoderStepAt(e),s=this.pastNetworks.get(t);return{key:t,net:s instanceof Ze?"here":s}}};var bp=100;function Bs(n,e){let t=URL.createObjectURL(n);d("a",{href:t,download:e}).click(),window.setTimeout(()=>URL.revokeObjectURL(
t),1e4)}var hi=new WeakMap;async function Re(n,e,t,s,r,o=""){let i=hi.get(n);if(i)return i.abort(new Error(h("Stopped; n\
othing was saved.")));let a=new AbortController;hi.set(n,a),e(h("{progress} … Press the button again to stop.",{progress:t}));
let l=new Promise((c,m)=>a.signal.addEventListener("abort",()=>m(a.signal.reason)));try{let c=await Promise.race([l,r(a.
signal)]);a.signal.throwIfAborted(),Bs(c,s),e(o)}catch(c){e(c.message)}finally{hi.delete(n)}}var Vn=n=>new Promise((e,t)=>n.
toBlob(s=>s?e(s):t(new Error(h("The picture is too large for this browser.")))));function jn(n,e,t=null){let s=a=>/[",\r\n]/.
test(a)?`"${a.replaceAll('"','""')}"`:a,r=["number","class",...Array.from({length:e},(a,l)=>mt(l)),...(n[0]?.item??[]).map(
([a])=>s(a)),...t?.names.map(s)??[]],o=a=>t?Array.from(a,(l,c)=>Pt(t,c,l).toFixed(ct(t,c,bp))):[],i=n.map(({number:a,name:l,
z:c,item:m,decoded:u})=>{let p=(m??[]).map(([,f])=>s(f));return[a,s(l),...Array.from(c),...p,...o(u??[])].join(",")});return new Blob(
[`${[r.join(","),...i].join(`
`)}
`],{type:"text/csv"})}var bt=n=>Math.round(n).toLocaleString("en"),ec=n=>Number(n.toFixed(6)),yp=n=>`${T(100*n,n<.1?1:0)} %`,Je={images:{title:h(
"training images seen"),valueOfStep:(n,{batch:e})=>n*e,valueText:n=>h("{count} training images seen",{count:bt(n)}),sharedFact:h(
"Both are shown after the same number of training images"),ownFact:({batch:n})=>h("{count} per step",{count:bt(n)})},steps:{
title:h("steps"),valueOfStep:n=>n,valueText:n=>h("step {step}",{step:bt(n)}),sharedFact:h("Both are shown at the same st\
ep"),ownFact:({batch:n})=>h("{count} images per step",{count:bt(n)})},epochs:{title:h("epochs"),valueOfStep:(n,{now:e,epoch:t})=>ec(
n*t/e),valueText:n=>h("epoch {epoch}",{epoch:T(n,n<10?2:1)}),sharedFact:h("Both are shown after the same number of passe\
s over their own training images"),ownFact:({now:n,epoch:e})=>h("{count} steps per epoch",{count:bt(n/e)})},share:{title:h(
"share of each training"),valueOfStep:(n,{now:e})=>ec(n/e),valueText:n=>h("{share} of each training",{share:yp(n)}),sharedFact:h(
"Both are shown at the same share of their own training"),ownFact:({now:n,live:e})=>e?h("{count} steps so far",{count:bt(
n)}):h("{count} steps",{count:bt(n)})}},mi=Object.keys(Je),tc=(n,e,t)=>e.map(s=>Je[n].valueOfStep(s,t)),sc=n=>[...new Set(
n.flat())].sort((e,t)=>e-t);function nc(n,e,t){let s=n.length-1;if(e>=n[s])return{position:s,heldEnd:e>n[s]?"last":""};if(e<
n[0])return{position:0,heldEnd:"first"};let r=X(n,e);return{position:t?r:Math.round(r),heldEnd:""}}function rc(n,e){let{
sharedFact:t,ownFact:s}=Je[n],r=e.map(o=>`${o.title}: ${s(o.frameInfo)}`).join("; ");return h("{fact} ({runs}).",{fact:t,
runs:r})}var Wn=class{range;marks=d("span",{class:"lp-time-marks","aria-hidden":"true"});playButton;trailsButton;saveButton;moment=d(
"strong",{class:"lp-time-moment"});figures=d("p",{});notes=d("p",{});status=d("p",{role:"status"});axis;row;host;constructor(e,t,s){
let r=()=>e.fetchFrames();this.range=d("input",{type:"range",min:0,max:1,step:1,"aria-label":t.moment,title:t.help,oninput:()=>e.
moveToStop(Number(this.range.value)),onpointerenter:r,onfocus:r,onpointerdown:r,onkeydown:o=>{o.key===" "&&(o.preventDefault(),
e.togglePlaying())}}),this.playButton=v(h("Play"),()=>e.togglePlaying(),{class:"lp-button lp-first"}),this.trailsButton=
v(h("Trails"),()=>e.setTrails(this.trailsButton.getAttribute("aria-pressed")!=="true"),{"aria-pressed":"false"}),this.saveButton=
v(h("Save time-lapse (GIF)"),()=>s?.(),{hidden:!s}),this.axis=d("div",{class:"lp-time-axis"},this.playButton,d("span",{class:"\
lp-track"},this.range,this.marks)),this.row=d("div",{class:"lp-switches"},this.moment,this.trailsButton,this.saveButton),
this.host=d("section",{class:"lp-time","aria-label":t.title,hidden:!0},this.axis,this.row,d("div",{class:"lp-time-notes"},
this.figures,this.notes,this.status))}setPrimary(e){this.playButton.classList.toggle("lp-first",e)}showTrailsPressed(e){
this.trailsButton.setAttribute("aria-pressed",String(e))}showPosition(e,t,s=t){let r=String(Math.round(e));this.range.value!==
r&&(this.range.value=r),this.range.setAttribute("aria-valuetext",s),A(this.moment,t[0].toUpperCase()+t.slice(1))}showTexts(e,t){
A(this.figures,e),A(this.notes,t)}showStatus(e){A(this.status,e)}};function Hs(n,e){n.replaceChildren(...e.map(({share:t,
kind:s})=>d("i",{class:`lp-time-${s}`,style:`left:${100*t}%`})))}var wp=250,vp=16,[Sp,xp]=[4,12],oc=n=>n,Xt=class{unit="steps";value=null;sides=[];stops=[];seconds=0;pace=oc;playedShare=0;restTimer=0;player=new je(
e=>this.advance(e));sentPositions=new _;scrubber;constructor(e,t){this.scrubber=new Wn(this,e,t)}get lastStopIndex(){return this.
stops.length-1}get isNow(){return this.value===null||this.value>=this.stops[this.lastStopIndex]}get fractionalStopIndex(){
return this.isNow?this.lastStopIndex:X(this.stops,this.value)}isNewPosition(e,t){return this.sentPositions.isNewValue(`${e}\
 ${t}`)}setSides(e){this.sides=e.map(({title:t,pastView:s})=>{s.updateStops();let r=s.frameInfo;return{title:t,pastView:s,
values:tc(this.unit,s.stops,r),stop:s.lastStopIndex,heldEnd:""}}),this.stops=sc(this.sides.map(({values:t})=>t)),this.scrubber.
host.hidden=!e.length,this.scrubber.range.max=String(Math.max(1,this.lastStopIndex))}fetchFrames(){for(let{pastView:e}of this.
sides)e.fetchFrames()}onFetchFailed(){this.player.stop(),this.sides.every(({pastView:e})=>!e.history&&!e.framesUrl)&&(this.
value=null)}moveToStop(e){this.player.stop(),this.value=e>=this.lastStopIndex?null:this.stops[Math.max(0,e)],this.fetchFrames(),
this.showSides(),this.scheduleSend()}togglePlaying(){this.player.isRunning?this.moveToStop(Math.round(this.fractionalStopIndex)):
this.playTimeLapse(0)}playTimeLapse(e){this.fetchFrames(),this.isNow&&(this.value=this.stops[0]),this.seconds=e,this.pace=
oc,this.playedShare=this.fractionalStopIndex/this.lastStopIndex,this.startPlaying()}playFromStart(e,t){this.fetchFrames(),
this.value=this.stops[0],this.seconds=e,this.pace=t,this.playedShare=0,this.startPlaying()}startPlaying(){this.stop(),this.
player.start(),this.showSides()}advance(e){let t=this.sides.some(({pastView:o})=>!o.history&&!o.fetchError),s=this.seconds||
Math.min(xp,Math.max(Sp,this.lastStopIndex/vp));t||(this.playedShare+=e/s);let r=this.lastStopIndex*this.pace(Math.min(1,
this.playedShare));this.value=r>=this.lastStopIndex?null:pt(this.stops,r),this.isNow&&this.player.stop(),this.showSides(),
this.player.isRunning||this.scheduleSend()}setTrails(e){this.scrubber.showTrailsPressed(e),this.fetchFrames();for(let{pastView:t}of this.
sides)t.setTrails(e)}stop(){this.player.stop(),window.clearTimeout(this.restTimer),this.restTimer=0}scheduleSend(){window.
clearTimeout(this.restTimer),this.restTimer=window.setTimeout(()=>this.sendPending(),wp)}sendPending(){if(!this.restTimer)
return;window.clearTimeout(this.restTimer),this.restTimer=0;for(let{pastView:s}of this.sides)s.preparePicking();let e=this.
isNow?null:this.value,t=`${this.unit} ${e}`;this.sentPositions.latest!==t&&this.sendPosition(e)&&this.sentPositions.noteSent(
t)}sendPosition(e){return!1}showSides(){let{sides:e,player:t}=this;if(!e.length)return;let s=this.isNow?this.stops[this.
lastStopIndex]:this.value;for(let r of e){let{position:o,heldEnd:i}=nc(r.values,s,t.isRunning);r.heldEnd=i,r.stop=Math.round(
o),r.pastView.showAt(o,t.isRunning||this.restTimer>0)}A(this.scrubber.playButton,t.isRunning?h("Pause"):h("Play")),this.
describe()}describe(){}};var $n=class{onBusyChange;busy=!1;tasks=new Map;timer=0;isPaused=!1;closed=!1;constructor(e=()=>{}){this.onBusyChange=e}start(e,t){
this.stop(e),!this.closed&&(this.tasks.set(e,t),this.updateBusy(),this.scheduleSlice())}stop(e){this.tasks.get(e)?.return(),
this.tasks.delete(e),this.updateBusy()}updateBusy(){let e=this.tasks.size>0;e!==this.busy&&this.onBusyChange(e),this.busy=
e}setPaused(e){this.isPaused=e,this.scheduleSlice()}scheduleSlice(){!this.timer&&!this.isPaused&&this.tasks.size&&(this.
timer=window.setTimeout(()=>this.runSlice(),4))}runSlice(){if(this.timer=0,this.isPaused)return;let e=10/this.tasks.size;
for(let[t,s]of[...this.tasks]){let r=performance.now()+e,o=!1;for(;!o&&performance.now()<r;)o=!!s.next().done;o&&this.tasks.
get(t)===s&&this.tasks.delete(t)}this.updateBusy(),this.scheduleSlice()}close(){this.closed=!0,window.clearTimeout(this.
timer);for(let e of[...this.tasks.keys()])this.stop(e)}};function le(n,e=10){let t=performance.now();return async()=>{performance.
now()-t>e&&(await new Promise(s=>setTimeout(s)),t=performance.now()),n?.throwIfAborted()}}var vc=Pu(yc(),1),Vp=256,jp=20,Wp=655350,$p=1,wc=n=>Array.from({length:n.length/3},(e,t)=>n.slice(3*t,3*t+3)),Kp=n=>Math.
max(1,Math.ceil(Math.log2(n))),Xp=(n,e)=>n.every((t,s)=>t===e[s]),Yt=class{width;height;frameDuration;encoder=(0,vc.GIFEncoder)();colours;transparentIndex=-1;lastFrame;writtenIndices;constructor(e,t,s,r=null){
this.width=e,this.height=t,this.frameDuration=Math.max(jp,10*Math.round(s/10)),this.colours=r&&wc(r),this.colours&&this.
colours.length<Vp&&(this.transparentIndex=this.colours.length,this.colours.push(new Uint8Array(3))),this.lastFrame=null,
this.writtenIndices=null}addFrame(e,t=null){if(this.lastFrame&&!t&&Xp(this.lastFrame.indices,e))return this.prolongFrame();
this.writeLastFrame(),this.lastFrame={indices:e,palette:t,duration:this.frameDuration}}prolongFrame(){this.lastFrame&&(this.
lastFrame.duration=Math.min(Wp,this.lastFrame.duration+this.frameDuration))}writeLastFrame(){if(!this.lastFrame)return;let{
indices:e,palette:t,duration:s}=this.lastFrame,r=!this.writtenIndices,o=t?wc(t):this.colours??[],i=!r&&!t&&this.transparentIndex>=
0;this.encoder.writeFrame(i?this.maskUnchanged(e):e,this.width,this.height,{palette:r||t?o:null,delay:s,repeat:0,dispose:$p,
transparent:i,transparentIndex:Math.max(0,this.transparentIndex),colorDepth:Kp(o.length)}),this.writtenIndices=e}maskUnchanged(e){
return e.map((t,s)=>t===this.writtenIndices?.[s]?this.transparentIndex:t)}toBlob(){return this.writeLastFrame(),this.lastFrame=
null,this.encoder.finish(),new Blob([this.encoder.bytes()],{type:"image/gif"})}};var Yp=[[],[[3,0]],[[0,1]],[[3,1]],[[1,2]],[[3,0],[1,2]],[[0,2]],[[3,2]],[[2,3]],[[2,0]],[[0,1],[2,3]],[[2,1]],[[1,3]],[
[1,0]],[[0,3]],[]];function Sc(n,e){let{values:t,shape:s,box:r}=n,[o,i]=s,[a,l,c,m]=r,[u,p]=[(l-a)/(i-1),(m-c)/(o-1)],f=[];
for(let g=0;g+1<o;g++)for(let b=0;b+1<i;b++){let y=g*i+b,w=[t[y],t[y+1],t[y+i+1],t[y+i]],S=w.reduce((M,x,P)=>M|(x>e?1<<P:
0),0);for(let M of Yp[S])for(let x of M){let[P,F]=Zp(x,w,e);f.push(a+(b+P)*u,c+(g+F)*p)}}return f}function Zp(n,e,t){let[
s,r]=[e[n],e[(n+1)%4]],o=(t-s)/(r-s);return[[o,0],[1,o],[1-o,1],[0,1-o]][n]}var Zn=class{width=0;height=0;reserve=0;extent=1;homeCentre=[0,0];centre=[0,0];zoom=1;markScale=1;get side(){return Math.
min(this.width-this.reserve,this.height)}get middle(){return[Math.max(this.width/2,this.reserve+this.side/2),this.height/
2]}get scale(){return this.side/2/this.extent*this.zoom||1}resize(e,t){this.width=e,this.height=t}setHome(e,t){let s=!this.
isAtHome,r=this.extent;this.extent=e,this.homeCentre=t,s?this.zoom*=e/r:this.goHome()}get isAtHome(){return this.zoom===
1&&this.centre[0]===this.homeCentre[0]&&this.centre[1]===this.homeCentre[1]}goHome(){this.zoom=1,this.centre=[...this.homeCentre]}showBox({
x0:e,x1:t,y0:s,y1:r}){let o=Math.max(t-e,r-s)/2;o>0&&(this.zoom=Math.min(400,Math.max(.25,this.extent/o)),this.centre=this.
clampCentre((e+t)/2,(s+r)/2))}copyFrom(e){this.zoom=Math.min(400,Math.max(.25,this.extent/e.extent*e.zoom)),this.centre=
this.clampCentre(e.centre[0],e.centre[1])}toScreen(e,t){let s=this.scale,[r,o]=this.middle;return[r+(e-this.centre[0])*s,
o-(t-this.centre[1])*s]}toPlane(e,t){let s=this.scale,[r,o]=this.middle;return[this.centre[0]+(e-r)/s,this.centre[1]-(t-
o)/s]}zoomAt(e,t,s){let[r,o]=this.toPlane(t,s);this.zoom=Math.min(400,Math.max(.25,this.zoom*e));let[i,a]=this.toPlane(t,
s);this.centre=this.clampCentre(this.centre[0]+r-i,this.centre[1]+o-a)}panBy(e,t){let s=this.scale;this.centre=this.clampCentre(
this.centre[0]-e/s,this.centre[1]+t/s)}clampCentre(e,t){let s=2*this.extent,r=(o,i)=>Math.min(i+s,Math.max(i-s,o));return[
r(e,this.homeCentre[0]),r(t,this.homeCentre[1])]}get canvasCentre(){return this.toPlane(this.width/2,this.height/2)}get visibleSquare(){
let e=this.extent/this.zoom,[t,s]=this.centre;return{x0:t-e,x1:t+e,y0:s-e,y1:s+e}}get visibleBox(){let[e,t]=this.toPlane(
0,0),[s,r]=this.toPlane(this.width,this.height);return{x0:e,x1:s,y0:r,y1:t}}};function gi(n,e,t){let s=(e-n)/Math.max(1,
t);if(!(s>0)||!Number.isFinite(s))return[];let r=10**Math.floor(Math.log10(s)),o=r*([1,2,5].find(l=>l*r>=s*.999)??10),i=Math.
ceil(n/o-1e-9),a=Math.floor(e/o+1e-9);return Array.from({length:Math.max(0,a-i+1)},(l,c)=>(i+c)*o)}var Jp=h("D’s surface: orange where D takes z for a code, blue where it takes z for a sample of the prior, grey where it\
 cannot tell."),Qp=h("The prior: one in ten codes should lie outside the outer ring."),ef=h("Arrows: the direction in wh\
ich D pushes a code, along the gradient of log D(z); a longer arrow is a stronger push."),Me=[{id:"codes",key:"c",title:h(
"Codes"),on:!0},{id:"prior",key:"p",title:h("Prior"),on:!0,explanation:Qp},{id:"judge",key:"j",title:h("D’s surface"),
on:!1,explanation:Jp},{id:"manifold",key:"m",title:h("Manifold"),on:!1},{id:"samples",key:"s",title:h("Prior samples"),on:!1},
{id:"thumbs",key:"t",title:h("Images at codes"),on:!1},{id:"density",key:"d",title:h("Density of q(z)"),on:!1},{id:"push",
key:"g",title:h("Push on codes"),on:!1,explanation:ef},{id:"regions",key:"n",title:h("Names of regions"),on:!0},{id:"sha\
pes",key:"h",title:h("A shape for each class"),on:!1}],Mc=["judge","manifold","samples"],tf=600,sf=3.25,nf={middle:.42,ring:.17,
ringShare:.9,end:.97},Jn=11;var rf=[140,140,140];function Qn(n,e){let[t,s]=n.shape,r=new ImageData(s,t);for(let o=0;o<t;o++)for(let i=0;i<s;i++){let a=4*
((t-1-o)*s+i);r.data.set(e(n.values[o*s+i]),a)}return Le(r)}function bi(n,e,t,s){let r=k(n);return r.setTransform(s,0,0,
s,0,0),r.clearRect(0,0,e.width,e.height),{pen:r,view:e,theme:t}}function Qt({pen:n,view:e},t,s){let[r,o]=s.shape,[i,a,l,
c]=s.box,[m,u]=[(a-i)/(o-1)/2,(c-l)/(r-1)/2],[p,f]=e.toScreen(i-m,c+u),[g,b]=e.toScreen(a+m,l-u);n.imageSmoothingEnabled=
!0,n.drawImage(t,p,f,g-p,b-f)}function Ac(...[{pen:n,view:e},t,s]){let[r,o]=s.shape,[i,a,l,c]=s.box,[m,u]=e.toScreen(i,c),
[p,f]=e.toScreen(a,l),g=(b,y,w,S)=>[[0,1,Math.min(0,y),y],[.5,b-1,y,w],[b-1,1,w,Math.max(S,w)]];n.imageSmoothingEnabled=
!0,g(o,m,p,e.width).forEach(([b,y,w,S],M)=>g(r,u,f,e.height).forEach(([x,P,F,L],q)=>{S<=w||L<=F||(n.globalAlpha=M===1&&q===
1?1:.5,n.drawImage(t,b,x,y,P,w,F,S-w,L-F))})),n.globalAlpha=1}function Tc(n,e){let[t,s,r]=Ts(e),o=n.values.reduce((i,a)=>Math.
max(i,a),0)||1;return Qn(n,i=>[t,s,r,190*Math.sqrt(Math.max(0,i)/o)])}var Cc=n=>Qn(n,Us);function Us(n){if(Number.isNaN(
n))return[0,0,0,0];let e=n<.5?qe.code:qe.prior,t=Math.abs(2*n-1);return[...rf.map((s,r)=>s+(e[r]-s)*t),90+90*t]}var Zt=[
[68,1,84],[59,82,139],[33,145,140],[94,201,98],[253,231,37]],kc=n=>Qn(n,e=>{let t=Math.min(1,Math.max(0,e))*(Zt.length-1),
s=Math.min(Zt.length-2,Math.floor(t));return[...Zt[s].map((r,o)=>r+(Zt[s+1][o]-r)*(t-s)),230]});function Pc(n){return(n.
levels??[]).map(e=>({level:e,lines:Sc(n,e)}))}function Ec(n){let[e,t,s]=Ts(Nt);return Qn(n,r=>[e,t,s,255*of(r)])}function of(n){let{middle:e,ring:t,ringShare:s,end:r}=nf;return n<=s?e+(t-e)*(n/s):t*Math.max(0,(r-n)/(r-s))}function Lc(n,e){let{pen:t,view:s,theme:r}=n,o=t.globalAlpha;e.forEach(({lines:i},a)=>{let l=a===e.length-1;t.beginPath();
for(let c=0;c<i.length;c+=4)t.moveTo(...s.toScreen(i[c],i[c+1])),t.lineTo(...s.toScreen(i[c+2],i[c+3]));t.globalAlpha=o*
(l?.7:.4),$(t,r.background,(l?4:3)*s.markScale),t.globalAlpha=o*(l?1:.8),$(t,Nt,(l?2:1.25)*s.markScale),t.globalAlpha=o})}
function Ic(n,e,t){let s=[...t];for(let{level:r,lines:o}of[...e].reverse()){let i=af(n,o,`${Math.round(100*r)} %`,s);i&&
s.push(i)}}var yi=(n,e,t)=>Math.abs(n.x-e.x)<=n.halfWidth+e.halfWidth+t&&Math.abs(n.y-e.y)<=n.halfHeight+e.halfHeight+t;
function es({pen:n,theme:e},t,s){$(n,e.background,s),$(n,e.text,t)}var Jt=(n,e,t="")=>`${t} ${Math.round(e*n.markScale)}\
px sans-serif`.trim();function af(n,e,t,s){let{pen:r,view:o}=n;if(!e.length)return null;r.font=Jt(o,Jn);let i=r.measureText(
t).width/2,a=Jn*o.markScale/2,c=lf(e).map(m=>{let[u,p]=o.toScreen(e[m],e[m+1]);return{x:u,y:p-4-.36*Jn*o.markScale,halfWidth:i,
halfHeight:a}}).find(m=>!s.some(u=>yi(m,u,1)));return c?(r.textAlign="center",wt(n,t,c.x,c.y+.36*Jn*o.markScale),c):null}
function lf(n){let[e,t]=[0,0];for(let s=0;s<n.length;s+=2)n[s+1]>n[e+1]&&(e=s),n[s+1]<n[t+1]&&(t=s);return[e,t]}function ts(n,e,t,s=1){
let{pen:r,theme:o,view:{markScale:i}}=n;r.lineJoin="round",r.beginPath();for(let[l,c]of e)r.lineTo(l,c);es(n,t*i,(2*t+1)*
i);let a=(t+1.5)*i;r.beginPath(),e.forEach(([l,c],m)=>{m%s||(r.moveTo(l+a,c),r.arc(l,c,a,0,2*Math.PI))}),r.fillStyle=o.text,
r.fill()}function Nc(n,e){let{pen:t,view:{markScale:s}}=n;t.setLineDash([5*s,4*s]),t.beginPath();for(let[r,o]of e)t.lineTo(
r,o);es(n,s,3*s),t.setLineDash([])}function Fc({pen:n,view:e,theme:t},s){let{markScale:r}=e;n.font=Jt(e,13,"bold"),n.textAlign=
"center";for(let{name:o,colour:i,place:a}of s){let[l,c]=e.toScreen(...a),m=n.measureText(o).width/2+5*r;n.beginPath(),n.
roundRect(l-m,c-10*r,2*m,20*r,5*r),n.globalAlpha=.85,n.fillStyle=t.background,n.fill(),n.globalAlpha=1,$(n,i??t.text,2*r),
n.fillStyle=t.text,n.fillText(o,l,c+4.5*r)}}function Oc({pen:n,view:e,theme:t},s){let r=Array.prototype.slice.call(s,0,2*
tf);hn(n,(o,i)=>e.toScreen(o,i),r,sf*e.markScale),$(n,t.background,3.6*e.markScale),$(n,Nt,1.4*e.markScale)}function Rc(n){
let{x0:e,x1:t,y0:s,y1:r}=n.visibleBox,o=Math.max(3,n.width/110/n.markScale);return{ticksX:gi(e,t,o).map(i=>({value:i,position:n.
toScreen(i,0)[0]})),ticksY:gi(s,r,o).map(i=>({value:i,position:n.toScreen(0,i)[1]}))}}function Dc({pen:n,view:e,theme:t}){
let{ticksX:s,ticksY:r}=Rc(e),o=i=>Math.round(i)+.5;n.beginPath();for(let{position:i}of s)n.moveTo(o(i),0),n.lineTo(o(i),
e.height);for(let{position:i}of r)n.moveTo(0,o(i)),n.lineTo(e.width,o(i));n.globalAlpha=.4,$(n,t.border,e.markScale),n.globalAlpha=
1}function _c(n,e,t=!1){let{pen:s,view:r}=n,{ticksX:o,ticksY:i}=Rc(r),{markScale:a}=r;t&&cf(n),s.font=Jt(r,11);let l=s.measureText(
e[0]??"").width+24*a;s.textAlign="center";for(let{value:c,position:m}of o)m>30*a&&m<r.width-l&&wt(n,xc(c),m,r.height-6);
s.textAlign="left";for(let{value:c,position:m}of i)m>30*a&&m<r.height-20*a&&wt(n,xc(c),5,m-3);s.font=Jt(r,12,"bold"),wt(
n,e[1]??"",6,4+12*a),s.textAlign="right",wt(n,e[0]??"",r.width-8,r.height-6)}function cf({pen:n,view:e,theme:t}){let[s,r]=[
22*e.markScale,30*e.markScale];n.globalAlpha=.94,n.fillStyle=t.background,n.fillRect(0,e.height-s,e.width,s),n.fillRect(
0,0,r,e.height-s),n.globalAlpha=1}function wt({pen:n,view:e,theme:t},s,r,o){n.lineWidth=3*e.markScale,n.lineJoin="round",
n.strokeStyle=t.background,n.strokeText(s,r,o),n.fillStyle=t.text,n.fillText(s,r,o)}var xc=n=>String(Number(n.toPrecision(
6))).replace("-","−");var B=420,hf=50,Bc=200,mf=20,uf=2.3,[ss,tr]=[16,64],zc=ss+1,df=zc+tr,[pf,ff]=["#ffffff","#1f2933"],er=22,wi=n=>[1,3,5].map(
e=>parseInt(n.slice(e,e+2),16));function gf(n){let[e,t]=[pf,ff].map(wi),s=Array.from({length:ss},(o,i)=>be(e,t,i/(ss-1))),
r=Array.from({length:tr},(o,i)=>{let[a,l,c,m]=Us(i/(tr-1));return be(e,[a,l,c],m/255)});return Uint8Array.from([...s,wi(
Xa),...r,...n.map(wi)].flatMap(o=>Array.from(o,Math.round)))}function bf(n,e){let t=(a,l)=>{let c=Float64Array.from({length:a.
length/2},(m,u)=>a[2*u+l]).filter(m=>!Number.isNaN(m)).sort();return c.length?[.005,.995].map(m=>pt(c,m*(c.length-1))):[
0,0]},s=[0,1].map(a=>t(e.length?e:n,a)),r=s.map(([a,l])=>(a+l)/2),o=r.flatMap((a,l)=>[...s[l],...t(n,l)].map(c=>Math.abs(
c-a))),i=1.1*Math.max(...o)||1;return{left:r[0]-i,bottom:r[1]-i,width:2*i}}function Hc(n,e,t,s,r){let o=(B-1)/e.width,i=Math.
ceil(r);for(let a=-i;a<=i;a++)for(let l=-i;l<=i;l++)if(!(a*a+l*l>r*r))for(let c=0;2*c<t.length;c++){let m=Math.round((t[2*
c]-e.left)*o)+l,u=Math.round(B-1-(t[2*c+1]-e.bottom)*o)+a;m>=0&&u>=0&&m<B&&u<B&&(n[u*B+m]=s(c))}}function yf(n,e){let t=new Uint8Array(
B*B);if(!n)return t;let s=e.width/B;for(let r=0,o=0;r<B;r++)for(let i=0;i<B;i++,o++){let a=Vt(n,e.left+(i+.5)*s,e.bottom+
(B-r-.5)*s);Number.isNaN(a)||(t[o]=zc+Math.round(a*(tr-1)))}return t}function wf(n){let e=d("canvas",{width:320,height:er}),
t=k(e,{willReadFrequently:!0});t.font="15px system-ui, sans-serif",t.textBaseline="middle";let s=Math.min(e.width,Math.ceil(
t.measureText(n).width)+8);t.fillText(n,4,er/2+1);let{data:r}=t.getImageData(0,0,s,er);return{width:s,ink:Uint8Array.from(
{length:s*er},(o,i)=>r[4*i+3])}}function vf(n,{width:e,ink:t}){t.forEach((s,r)=>n[(B-31+Math.floor(r/e))*B+4+r%e]=Math.round(
s/255*(ss-1)))}async function Uc({history:n,slice:e,codes:t,draws:s,surface:r},o,i=wf){let a=n.steps.length-1;if(a<1)throw new Error(
h("There are fewer than two frames, so there is nothing to show one after another."));let l=le(o),c=n.steps.map((S,M)=>n.
placesAt(M,e,t.xy)),m=bf(c[a],s),u=[...new Set([...t.colours,It])],p=[It,...t.colours].map(S=>df+u.indexOf(S)),f=t.labels,
g=S=>p[1+(f?f[S]:-1)],b=new Yt(B,B,hf,gf(u)),[y,w]=[-1,new Uint8Array];for(let S=0;S<Bc;S++){let M=S*a/(Bc-1),x=Math.min(
Math.floor(M),a-1),P=Math.round(M);P!==y&&([y,w]=[P,yf(r?n.surfaceAt(P):null,m)]);let F=w.slice();Hc(F,m,s,()=>ss,1),Hc(
F,m,be(c[x],c[x+1],M-x),g,uf);for(let O=B-4;O<B;O++)F.fill(ss-1,O*B,O*B+Math.round(B*M/a));let{step:L,epoch:q}=n.momentOf(
P);vf(F,i(Ye(L,q))),b.addFrame(F),await l()}for(let S=0;S<mf;S++)b.prolongFrame();return b.toBlob()}var Sf={title:h("Time machine"),moment:h("Moment of the training"),help:h("Drag through the training; Space plays it")},
sr=class extends Xt{plane;pastView;readError;constructor(e,t){super(Sf,()=>this.saveTimeLapse()),this.plane=e,this.pastView=
t,e.parts.ground.after(this.scrubber.host),this.readError="",e.events.on("history",r=>this.onHistoryEvent(r)),e.events.on(
"close",()=>this.stop()),e.events.on("rest",()=>this.sendPending());let s=()=>this.isNow?"":String(this.pastView.history?
this.stops[Math.round(this.fractionalStopIndex)]:this.value);e.events.on("link",({writeSetting:r})=>{this.hasOwnAxis&&r(
"frame",s())}),e.urlState.addSetting("trails",{toText:()=>this.pastView.hasTrails?"1":"",restore:r=>this.setTrails(!!r)})}get hasOwnAxis(){
return!!this.pastView.frameInfo&&!this.plane.header.link}updateSides(){this.setSides(this.hasOwnAxis?[{title:"",pastView:this.
pastView}]:[])}onHistoryEvent({kind:e,isOtherRevision:t=!1,sentence:s=""}){if(e==="message")return this.onMessage(t);this.
hasOwnAxis&&(e==="frames"&&this.onFramesLoaded(),e==="failed"&&this.onFetchFailed(),(e==="failed"||e==="network"&&!this.
isNow)&&this.showSides(),s?(this.readError=s,this.scrubber.showStatus(s)):e==="frames"&&this.scrubber.status.textContent===
this.readError&&this.scrubber.showStatus(""))}onMessage(e){let{frame:t=null}=this.plane.header;e&&(this.stop(),this.value=
null,this.scrubber.showStatus(""),this.scrubber.showTexts("",""),Hs(this.scrubber.marks,[]));let s=this.isNewPosition(this.
unit,t);if(this.updateSides(),!s||!this.sides.length||t===null&&this.isNow)return this.showSides();this.value=t,this.snapToFrame(),
this.showSides(),this.plane.events.emit("moment"),t!==null&&this.fetchFrames()}snapToFrame(){let{pastView:e,value:t}=this;
e.history&&t!==null&&!this.player.isRunning&&(this.value=e.stops[ri(e.stops,t)])}onFramesLoaded(){let{pastView:e,scrubber:t}=this;
if(!e.history)return;this.updateSides();let s=this.value!==null&&!this.player.isRunning;this.snapToFrame(),Hs(t.marks,jt(
e.history.header,r=>this.lastStopIndex?ri(e.stops,r)/this.lastStopIndex:0)),this.showSides(),s&&this.scheduleSend()}sendPosition(e){
let t=(this.isNow||!!this.pastView.history)&&!!this.plane.header.report?.includes("frame");return t&&this.plane.sendMessage(
"frame",{step:e}),t}setTrails(e){this.scrubber.showTrailsPressed(e),this.pastView.fetchFrames(),this.pastView.setTrails(
e),this.plane.urlState.scheduleSend("trails")}saveTimeLapse(){let{plane:e,scrubber:t,pastView:s}=this,{slice:r,presentCodes:o,
fields:i,settings:a}=e;return Re(t.saveButton,l=>t.showStatus(l),h("Drawing the time-lapse"),"time-lapse.gif",async l=>{
await s.fetchFrames();let{history:c,fetchError:m}=s;if(!c)throw new Error(m||h("The frames of the training are not here."));
let u=!!a.layers.judge&&r.shownDimensions.join()==="0,1";return Uc({history:c,slice:r,codes:o,draws:i.prior_xy?.values??
[],surface:u},l)})}describe(){let{pastView:e,scrubber:t}=this,[{stop:s}]=this.sides,{step:r,epoch:o}=e.momentAt(s),i=Ye(
r,o);s>=this.lastStopIndex&&(i=e.frameInfo?.live?h("live: {moment}",{moment:i}):h("now: {moment}",{moment:i})),t.showPosition(
this.fractionalStopIndex,i);let{history:a}=e;if(!a)return;if(!a.steps.length)return t.showTexts("","");let{phases:l,measure:c,
adversary:m}=a.header,{key:u,net:p}=e.decoderAt(Math.min(s,a.steps.length-1)),f=s>=this.lastStopIndex?"":Rl(u,e.stops[s],
p),g=Dl(a.decoderSteps,a.header),b=I(m?Dn:"",f,g);t.showTexts(Ol(e.momentAt(s),l,c),b)}};var xf=3,vi=64;function qc(n,e,t){let s=new Uint8Array(n.length/2);if(e.length<6)return s;let r=e.filter((p,f)=>f%2===0),
o=e.filter((p,f)=>f%2),[i,a,l,c]=[Math.min(...r),Math.max(...r),Math.min(...o),Math.max(...o)],m=p=>Math.min(vi-1,Math.floor(
vi*(p-l)/(c-l||1))),u=Mf(o,m);for(let p=0;p<s.length;p++){let[f,g]=[n[2*p],n[2*p+1]];if(!(!(f>=i&&f<=a&&g>=l&&g<=c)||!t(
p)))for(let[b,y]of u[m(g)])o[b]>g!=o[y]>g&&f<(r[y]-r[b])*(g-o[b])/(o[y]-o[b])+r[b]&&(s[p]^=1)}return s}function Mf(n,e){
let t=Array.from({length:vi},()=>[]);for(let s=0,r=n.length-1;s<n.length;r=s++){let o=e(Math.max(n[s],n[r]));for(let i=e(
Math.min(n[s],n[r]));i<=o;i++)t[i].push([s,r])}return t}var nr=class{shape=H("polygon");corners;constructor(e){e.append(
H("svg",{class:"lp-lasso","aria-hidden":"true"},this.shape)),this.corners=[]}addCorner(e,t){let[s,r]=this.corners.slice(
-2);Math.hypot(e-s,t-r)<xf||this.setCorners([...this.corners,e,t])}setBox(e,t,s,r){this.setCorners([e,t,s,t,s,r,e,r])}finish(){
let{corners:e}=this;return this.setCorners([]),e}setCorners(e){this.corners=e,this.shape.setAttribute("points",e.join(" "))}};var Af=0,Gc,rr=[];function Tf(){clearTimeout(Gc),!Af&&rr.length&&(Gc=setTimeout(Cf,1e3))}function Cf(){let n=rr;rr=[];for(let e of n)e()}var Vc=()=>new Promise(
n=>{rr.push(n),Tf()});var Si=3e4,jc=3e5;function xi(n,e){Y(n,h("A picture")).then(s=>createImageBitmap(new Blob([s]))).then(e,()=>{})}var et=class{urls;constructor(e){
this.urls=e??{}}canRequest(e){return!!this.urls[e]}get id(){return Object.values(this.urls).join()}async request(e,t,s=Si,r){
return re(new Uint8Array(await Aa(this.urls[e]??"",t,s,r)))}async decode(e,t,s){return(await this.request("decode",JSON.
stringify({codes:e.map(Wc),y:t}),Si,s)).fields}decodeLive(e,t,s){let r=JSON.stringify({codes:[Wc(e)],y:t===null?null:[t],
live:!0});return this.request("decode",r,Si,s)}async encode(e){return(await this.request("encode",e)).fields.z.values}async fetchTypicalErrors(){
return(await this.request("usual","")).header.error}async fetchDirections(e){let{header:t,fields:s}=await this.request("\
directions","",jc,e),[r,o]=[s.centres,s.steps].map(({values:i})=>oe(i,t.directions.length));return t.directions.map((i,a)=>({
...i,centre:r[a],step:o[a]}))}async fetchDifferences(e,t){let s=e;return(await this.request("differences",s,jc,t)).header}async fetchColouring(e){
let{header:t,fields:s}=await this.request("colouring",JSON.stringify({column:e})),{colouring:r}=t;return r?.groups&&Ea(r.
groups,s),r&&{header:r,fields:s}}fetchImage(e,t){xi(`${this.urls.image}?n=${e}`,t)}async fetchImages(e,t="images"){return(await this.
request("images",JSON.stringify({numbers:e}))).fields[t]}async fetchLiveCodes(e){let t=await Y(`${this.urls.now}?step=${e}`,
h("The codes"));return re(new Uint8Array(t))}framesUrl(e){return`${this.urls.frames}?v=${e}`}},Wc=n=>Array.from(n,e=>Number(
e.toPrecision(9))),ne=class{request;onAnswer;onError;nextInput=null;controller=null;constructor(e,t,s){this.request=e,this.
onAnswer=t,this.onError=s}submit(e){this.nextInput={input:e},this.controller||this.run()}cancel(){this.nextInput=null,this.
controller?.abort()}async run(){for(;this.nextInput;){let{input:e}=this.nextInput,t=this.controller=new AbortController;
this.nextInput=null;let s=await this.request(e,t.signal).then(r=>()=>this.onAnswer(r,e),r=>()=>this.onError(r,e));t.signal.
aborted||s()}this.controller=null}};var or=2048,ir=32,tt=class{sheet=document.createElement("canvas");side;maxPerRow;columns;rows;pictureSize=[0,0];slotsByName=new Map;constructor(e,t=1/0){
this.side=e,this.maxPerRow=t,this.columns=this.rows=t}reset(e,t){this.slotsByName.clear(),!(this.pictureSize[0]===e&&this.
pictureSize[1]===t)&&(this.pictureSize=[e,t],[this.columns,this.rows]=[e,t].map(s=>Math.max(1,Math.min(this.maxPerRow,Math.
floor(this.side/s)))),Object.assign(this.sheet,{width:this.columns*e,height:this.rows*t}))}get capacity(){return this.columns*
this.rows}markRecent(e){for(let t of e.slice(0,this.capacity)){let s=this.slotsByName.get(t);s!==void 0&&this.slotsByName.
delete(t)&&this.slotsByName.set(t,s)}}findMissing(e){return this.markRecent(e),e.slice(0,this.capacity).filter(t=>!this.
slotsByName.has(t))}put(e,t){let s=this.slotsByName.size===this.capacity,r=this.slotsByName.has(e)||!s?e:this.slotsByName.
keys().next().value,o=this.slotsByName.get(r)??this.slotsByName.size;return this.slotsByName.delete(r),this.slotsByName.
set(e,o),k(this.sheet).putImageData(t,...this.slotCorner(o)),o}slotCorner(e){return[e%this.columns*this.pictureSize[0],Math.
floor(e/this.columns)*this.pictureSize[1]]}findPlace(e){let t=this.slotsByName.get(e);if(t===void 0)return null;let[s,r]=this.
slotCorner(t);return{from:this.sheet,left:s,top:r,width:this.pictureSize[0],height:this.pictureSize[1]}}};var kf=64,ar=class{onArrival;atlas=new tt(or,ir);server=null;haveInputsChanged=C();waitingIndices=[];isRequesting=!1;constructor(e){
this.onArrival=e}setServer(e,t){this.server=e,this.waitingIndices=[],this.haveInputsChanged(t)&&this.atlas.reset(...this.
atlas.pictureSize)}requestImages(e){this.waitingIndices=this.atlas.findMissing(e),this.isRequesting||this.requestWaiting()}async requestWaiting(){
for(this.isRequesting=!0;this.waitingIndices.length;){let{server:e}=this;try{await this.fetchMissing(this.waitingIndices.
splice(0,kf))&&this.onArrival()}catch{e===this.server&&(this.waitingIndices=[])}}this.isRequesting=!1}async fetchMissing(e){
let{server:t}=this,s=this.atlas.findMissing(e);if(!t||!s.length)return!0;let{images:r,shape:o}=Et(await t.fetchImages(s));
return t!==this.server?!1:(this.atlas.slotsByName.size||this.atlas.reset(o[2],o[1]),r.forEach((i,a)=>this.atlas.put(s[a],
de(i,o))),!0)}};var $c=64,lr=class{readSource;haveInputsChanged=C();atlas=new tt(or,ir);constructor(e){this.readSource=e}currentSource(){
let{networks:e,z:t,content:s}=this.readSource();return this.haveInputsChanged(e,t,s)&&this.atlas.reset(...e?Fo(e.image):
this.atlas.pictureSize),e&&t?{networks:e,z:t,content:s}:null}decodeMissing(e){let t=this.currentSource();if(!t)return;let s=this.
atlas.findMissing(e);for(let r=0;r<s.length;r+=$c)Kc(t,s.slice(r,r+$c)).forEach((o,i)=>this.atlas.put(s[r+i],o))}decodeToCanvas(e){
let t=this.currentSource();return t&&Le(Kc(t,[e])[0])}findPlace(e){return this.currentSource()&&this.atlas.findPlace(e)}};
function Kc({networks:n,z:e,content:t},s){let{dim:r,contentSize:o,image:i}=n,a=s.map(c=>Array.prototype.slice.call(e,c*r,
(c+1)*r));return n.decodeMany(a,o?s.map(c=>Math.max(0,t?.[c]??0)):null).map(c=>de(c,i))}var ns=class{onArrival;decodedSheet;arrivalCount=0;serverSheet=new ar(()=>this.notifyArrival());server=new et;sheetInfo=null;sheet=null;requestedSheet="";constructor(e,t){
this.onArrival=e,this.decodedSheet=new lr(t)}load(e,t){let s=new et(t);(s.id!==this.server.id||e?.sha!==this.sheetInfo?.
sha)&&(this.server=s),this.serverSheet.setServer(this.server,e?.sha??this.server.id),e?.sha!==this.sheetInfo?.sha&&(this.
sheetInfo=e??null,this.sheet=null,this.requestedSheet="",e&&this.fetchSheetLater(e.sha))}async fetchSheetLater(e){await Vc(),
this.sheetInfo?.sha===e&&this.fetchSheet()}fetchSheet(){let{sheetInfo:e}=this;!e||this.requestedSheet===e.sha||(this.requestedSheet=
e.sha,xi(e.url,t=>{this.sheetInfo?.sha===e.sha&&(this.sheet=t,this.notifyArrival())}))}notifyArrival(){this.arrivalCount+=
1,this.onArrival()}get isFullSize(){return!!(this.sheet&&this.sheetInfo?.is_full_size)}get usesServer(){return this.server.
canRequest("images")&&(this.sheetInfo?!this.sheetInfo.is_full_size:!this.decodedSheet.readSource().networks)}get largestPictureSize(){
let[e,t]=this.sheetInfo?.tile??[0,0];return[this.serverSheet.atlas.pictureSize,this.decodedSheet.atlas.pictureSize,[t,e]].
sort((s,r)=>r[0]-s[0])[0]}get kind(){return this.sheet&&this.sheetInfo?this.sheetInfo.kind:this.usesServer&&this.server.
canRequest("image")?"originals":"reconstructions"}showCard(e,t){let{card:s}=e.parts,r=e.items.idOf(t),o=d("span",{},...r?
[d("strong",{},r),d("br")]:[],r?e.codeName(t):d("strong",{},e.codeName(t)),d("br"),e.codeText(t)),i=e.hasThumbnail(t)?null:
this.thumbnail(t);i&&this.kind==="reconstructions"&&o.append(d("br"),h("reconstruction")),s.replaceChildren(...i?[i]:[],
o);let{xy:a}=e.codes,[l,c]=e.view.toScreen(a[2*t],a[2*t+1]),[m,u]=[l>e.view.width/2,c>e.view.height/2],p=`translate(${l+
(m?-14:14)}px, ${c+(u?-14:14)}px)`;s.style.transform=`${p} translate(${m?"-100%":"0"}, ${u?"-100%":"0"})`}requestImages(e,t=1/0){
if(this.fetchSheet(),this.usesServer)return this.sheetInfo&&t<=Math.max(...this.sheetInfo.tile)?void 0:this.serverSheet.
requestImages(e);this.sheet||this.decodedSheet.decodeMissing(e)}async loadImages(e){this.usesServer?await this.serverSheet.
fetchMissing(e):this.requestImages(e)}findPlace(e){let t=this.serverSheet.atlas.findPlace(e);if(t||!this.sheet)return t??
this.decodedSheet.findPlace(e);let{tile:[s,r],columns:o}=this.sheetInfo;return{from:this.sheet,left:e%o*r,top:Math.floor(
e/o)*s,width:r,height:s}}thumbnail(e){if(!this.sheet&&!this.usesServer)return this.reconstruction(e);let t=this.findPlace(
e);return t||this.serverSheet.requestImages([...this.serverSheet.waitingIndices,e]),cr(t)}original(e){if(this.sheet&&this.
sheetInfo?.kind==="originals")return cr(this.findPlace(e));if(!this.server.canRequest("image")||!this.server.canRequest(
"images"))return null;let t=this.serverSheet.atlas.findPlace(e);return t||this.serverSheet.requestImages([...this.serverSheet.
waitingIndices,e]),cr(t)}reconstruction(e){return cr(this.decodedSheet.findPlace(e))??this.decodedSheet.decodeToCanvas(e)}},
De=(n,{from:e,left:t,top:s,width:r,height:o},i,a,l,c)=>n.drawImage(e,t,s,r,o,i,a,l,c);function cr(n){if(!n)return null;let{
width:e,height:t}=n,s=d("canvas",{width:e,height:t});return De(k(s),n,0,0,e,t),s}var Pf=Uint32Array.from({length:256},(n,e)=>{for(let t=0;t<8;t++)e=e&1?e>>>1^3988292384:e>>>1;return e}),Xc=2**20;function Ef(n,e=0){e=~e;for(let t=0;t<n.length;t++)e=Pf[(e^n[t])&255]^e>>>8;return~e>>>0}function qs(...n){let e=[];for(let t of n){
let s=Array.isArray(t)?t[0]:t;for(let r=0;r<(Array.isArray(t)?4:2);r++)e.push(s>>>8*r&255)}return new Uint8Array(e)}async function Yc(n,e,t,s=!1){
let r=[],o=[],i=le(e),[a,l]=[0,0];for(let[m,{path:u,file:p}]of n.entries()){let f=new TextEncoder().encode(u),g=new Uint8Array(
await p.arrayBuffer()),b=0;for(let S=0;S<g.length;S+=Xc)b=Ef(g.subarray(S,S+Xc),b),await i();let y=s?await new Response(
p.stream().pipeThrough(new CompressionStream("deflate-raw"))).blob():p,w=qs(20,2048,s?8:0,0,33,[b],[y.size],[g.length],f.
length,0);r.push(qs([67324752]),w,f,y),o.push(qs([33639248],20),w,qs(0,0,0,[0],[a]),f),a+=30+f.length+y.size,l+=46+f.length,
m%50===0&&t?.(m)}let c=qs([101010256],0,0,n.length,n.length,[l],[a],0);return new Blob([...r,...o,c],{type:"application/\
zip"})}function Lf(n){if(!Array.isArray(n)){let r="<i8";return n instanceof Float32Array&&(r="<f4"),n instanceof Uint8Array&&(r=
"|u1"),[r,new Uint8Array(n.slice().buffer)]}let e=n.map(r=>Array.from(r,o=>o.codePointAt(0)??0)),t=Math.max(1,...e.map(({
length:r})=>r)),s=new Uint32Array(t*n.length);return e.forEach((r,o)=>s.set(r,o*t)),[`<U${t}`,new Uint8Array(s.buffer)]}
function If({values:n,shape:e}){let[t,s]=Lf(n),r=e.join(", ")+(e.length===1?",":""),o=`{'descr': '${t}', 'fortran_order'\
: False, 'shape': (${r}), }`,i=64*Math.ceil((o.length+11)/64)-10,a=new TextEncoder().encode(`${o.padEnd(i-1)}
`);return new Blob([Uint8Array.of(147),"NUMPY",Uint8Array.of(1,0,i&255,i>>>8),a,s])}var Zc=(n,e)=>Yc(Object.entries(n).map(
([t,s])=>({path:`${t}.npy`,file:If(s)})),e,void 0,!0),Mi=n=>({values:BigInt64Array.from(n,BigInt),shape:[n.length]});var Jc=2**27,Nf=2**20;async function Qc(n,e,t){let{dim:s,split:r}=n.header,o=e.map(({k:a})=>a),i=new Float32Array(e.length*
s);return e.forEach((a,l)=>i.set(a.z,l*s)),Zc({z:{values:i,shape:[e.length,s]},labels:Mi(o.map(a=>n.fields.labels?.values[a]??
-1)),index:Mi(o.map(a=>n.fields.index?.values[a]??a)),split:{values:[r],shape:[]},...await Ff(n,o,t)},t)}function Ai({sprites:n,
header:e,fields:t},s){let{sheetInfo:r,server:o,isFullSize:i}=n;return(o.canRequest("image")?o.canRequest("images"):i&&r?.
kind==="originals"&&!e.features)?s*t.image.values.length>Jc?h("Saved without the originals, which have more than {size} \
MiB.",{size:Jc>>20}):"":h("Saved without the originals, which are not here in full.")}async function Ff(n,e,t){if(Ai(n,e.
length))return{};let{sprites:s,header:r,fields:o}=n,[i,a,l]=o.image.shape,c=i*a*l,m=r.features,u=s.isFullSize&&!m,p=le(t),
f=new(m?Float32Array:Uint8Array)(e.length*c),g=Math.min(256,Math.max(1,Math.floor(Nf/c)));for(let b=0;b<e.length;b+=g){let y=e.
slice(b,b+g);u?oe(Of(s,y,a,i),y.length).forEach((w,S)=>{for(let M=0;M<c;M++)f[(b+S)*c+M]=w[4*Math.floor(M/l)+M%l]}):f.set(
(await s.server.fetchImages(y,m?"rows":"images")).values,b*c),await p()}return m?{rows:{values:f,shape:[e.length,a]},features:{
values:m.names,shape:[a]}}:{images:{values:f,shape:[e.length,i,a,l]}}}function Of(n,e,t,s){let r=k(d("canvas",{width:t,height:s*
e.length}),{willReadFrequently:!0});return e.forEach((o,i)=>De(r,n.findPlace(o),0,i*s,t,s)),new Uint8Array(r.getImageData(
0,0,t,s*e.length).data.buffer)}var eh=6,Ti=100,Rf=3,Df=12,hr=24,_f={class:h("class"),model:h("model"),metadata:h("kept column"),feature:h("feature")},Bf=h(
"Selected items against all others, the largest effect first: means differ by standard deviations of all items (SD), sha\
res of a value by percentage points (pp), each with a 95 % interval. Bars: selected items; outlines: all items.");function th(n,e=2){
let t=Math.abs(n).toFixed(e);return Number(t)===0?t:`${n<0?"−":"+"}${t}`}function Hf({kind:n,difference:e,low:t,high:s}){
let r=i=>n==="number"?th(i):th(100*i,0),o={difference:r(e),low:r(t),high:r(s)};return n==="number"?h("{difference} SD ({\
low} to {high})",o):h("{difference} pp ({low} to {high})",o)}var mr=(n,e)=>n.map(t=>t/Math.max(1,e)),sh=n=>`${(100*n).toFixed(
n>0&&n<.1?1:0)} %`;function zf(n){let[e,t]=[mr(n.selected,n.selected_count),mr(n.all,n.all_count)],s=Math.max(...e,...t),
r=a=>hr-hr*a/s,o=e.map((a,l)=>H("rect",{x:l+.08,y:r(a),width:.84,height:hr-r(a),class:"lp-selected-bar"})),i=t.map((a,l)=>`${l===
0?"M":"L"}${l} ${r(a)}L${l+1} ${r(a)}`).join("");return H("svg",{viewBox:`0 0 ${t.length} ${hr}`,preserveAspectRatio:"no\
ne",class:"lp-histogram","aria-hidden":"true"},...o,H("path",{d:i,class:"lp-all-outline","vector-effect":"non-scaling-st\
roke"}))}function Uf(n){let[e,t]=[mr(n.selected,n.selected_count),mr(n.all,n.all_count)],s=n.values.slice(0,Rf).map((r,o)=>d(
"li",{},d("span",{title:r},r),Ci(e[o],t[o]),d("b",{},h("{share} (all: {all})",{share:sh(e[o]),all:sh(t[o])}))));return d(
"ul",{class:"lp-bars"},...s)}var Ci=(n,e,t="var(--accent)")=>d("span",{class:"lp-bar"},d("i",{style:`width:${(100*n).toFixed(
1)}%;background:${t}`}),d("u",{class:"lp-bar-all",style:`left:${(100*e).toFixed(1)}%`}));function qf(n){let[e,t]=n.ends,
[s,r]=n.means,o=n.kind==="category"?h("{name}: {value}",{name:n.name,value:n.value}):n.name,i=n.kind==="category"?[Uf(n)]:
[zf(n),d("p",{class:"lp-histogram-ends"},d("span",{},e),d("span",{},h("mean {selected}, others {others}",{selected:s,others:r})),
d("span",{},t))];return d("li",{"data-name":n.name},d("p",{class:"lp-difference-head"},d("b",{title:o},o),d("small",{},_f[n.
source]),d("span",{},Hf(n))),...i)}var ur=class{plane;differences=null;mask=null;serverId="";groups=void 0;showsAll=!1;status=d(
"p",{class:"lp-note",role:"status"});search=d("input",{type:"search",class:"lp-search",placeholder:h("Find a column"),"a\
ria-label":h("Find a column"),hidden:!0,oninput:()=>this.showRows()});rows=d("ul",{class:"lp-differences"});moreButton=v(
"",()=>this.toggleAll(),{hidden:!0});host=d("section",{class:"lp-differing","aria-label":h("What differs most")},d("h4",
{},h("What differs most")),this.status,this.search,this.rows,this.moreButton);requests=new ne((e,t)=>this.plane.decoder.
server.fetchDifferences(e,t),(e,t)=>this.receive(e,t),e=>this.showError(e));constructor(e){this.plane=e}update(e){let{server:t}=this.
plane.decoder;if(this.host.hidden=!e||!t.canRequest("differences"),this.host.hidden){this.requests.cancel(),this.mask&&this.
plane.events.emit("differences",{features:[]}),this.mask=null;return}let s=this.plane.header.groups?.sha,r=!!this.differences?.
pending.length&&s!==this.groups;this.groups=s;let o=e!==this.mask,i=t.id!==this.serverId;!o&&!i&&!r||(this.mask=e,this.serverId=
t.id,o&&this.dropDifferences(),this.differences||(this.status.textContent=h("Comparing the selected items with all other\
s …")),this.requests.submit(e))}dropDifferences(){this.differences=null,this.search.hidden=!0,this.showRows()}receive(e,t){
if(t!==this.mask)return;this.differences=e;let s=h("Nothing can be compared: at least two items must be selected, and tw\
o others left."),r=e.pending.length?h("Not computed yet, so colour by it first: {columns}.",{columns:e.pending.join(", ")}):
"";this.status.textContent=e.rows.length?I(Bf,r):s,this.search.hidden=e.rows.length<Df,this.showRows();let o=e.rows.filter(
({source:i})=>i==="feature").map(({name:i})=>i);this.plane.events.emit("differences",{features:o})}showError(e){this.dropDifferences(),
this.status.textContent=e.message,this.plane.events.emit("differences",{features:[]})}toggleAll(){this.showsAll=!this.showsAll,
this.showRows()}matchingRows(){let e=this.search.hidden?"":this.search.value.trim().toLowerCase();return this.differences?.
rows.filter(({name:t})=>t.toLowerCase().includes(e))??[]}showRows(){let e=this.matchingRows(),t=this.showsAll?Ti:eh;ye(this.
rows,"button",()=>this.rows.replaceChildren(...e.slice(0,t).map(qf))),this.moreButton.hidden=e.length<=eh,this.moreButton.
setAttribute("aria-expanded",String(this.showsAll)),this.moreButton.textContent=this.moreText(e.length)}moreText(e){return this.
showsAll?h("Show fewer columns"):e>Ti?h("Show the first {count} of {total} columns",{count:Ti,total:e}):h("Show all {cou\
nt} columns",{count:e})}};var ki=60,Gf=2500,Vf=2**24,Pi=20,jf=50,nh=32,dr=class{host;plane;mask=null;indices=[];status=d("span",{role:"status"});grid=d(
"div",{class:"lp-grid"});differences;saveButtons={csv:v(h("Save as CSV"),()=>this.saveCsv()),archive:v(h("Save as NPZ"),
()=>this.saveArchive()),picture:v("",()=>this.saveImages())};changeDetectors={panel:C(),pictures:C()};constructor(e,t){this.
host=e,this.plane=t,this.differences=new ur(t);for(let s of["networks","moment"])t.events.on(s,()=>this.updatePanel());e.
hidden=!0}setStatus(e){this.status.textContent=e}setMask(e){this.setStatus(""),this.indices=[],e?.forEach((t,s)=>t&&this.
indices.push(s)),this.mask=this.indices.length?e:null,this.updatePanel()}clearIfCountDiffers(e){this.mask&&this.mask.length!==
e?this.setMask(null):this.mask&&this.updatePanel()}dropHidden(){let{plane:e,mask:t}=this,s=this.indices.filter(r=>e.isVisible(
r));return!t||s.length===this.indices.length?!1:(this.setMask(t.map((r,o)=>Number(r&&e.isVisible(o)))),!0)}updatePanel(){
let{host:e,indices:t,plane:s}=this;e.hidden=!this.mask;let{sprites:r,codes:o,header:i,fields:a,decoder:l}=s,c=!!this.mask&&
r.thumbnail(t[0])!==null,m=this.mask?s.items.idOf(t[0]):"",u=this.changeDetectors.panel(this.mask,o.labels,i.classes?.join(),
c,r.kind,m),p=this.changeDetectors.pictures(this.mask,r.arrivalCount,...r.sheet?[]:[l.networks,a.z]);if(this.differences.
update(this.mask),!this.mask)return e.replaceChildren();u&&ye(e,"button",()=>this.buildPanel(c)),c&&(u||p)&&s.scene.tasks.
start("grid",this.showImagesOneByOne())}buildPanel(e){let{host:t,indices:s,plane:r}=this;this.grid.replaceChildren(),this.
saveButtons.picture.textContent=r.header.features?h("Save charts"):h("Save images"),t.replaceChildren(this.countSentence(
e),this.classHistogram(),this.differences.host,this.grid,d("div",{class:"lp-switches"},v(h("Decode their mean"),()=>this.
useMean(o=>r.moveZTo(o))),...r.header.tools?.includes("directions")?J.map(o=>v(h("Mark as group {name}",{name:o}),()=>this.
markGroup(o))):[],this.saveButtons.csv,this.saveButtons.archive,...e?[this.saveButtons.picture]:[],v(h("Clear selection"),
()=>this.clearSelection()),this.status),this.itemTable())}clearSelection(){this.plane.selectCodes(null),this.plane.parts.
surface.focus()}*showImagesOneByOne(){let e=this.indices.slice(0,ki);this.plane.sprites.requestImages(e),yield,this.grid.
replaceChildren();for(let t of e)this.grid.append(this.plane.sprites.thumbnail(t)??""),yield}countSentence(e){let t=h("{\
count} codes selected",{count:this.indices.length.toLocaleString("en")}),[s,r=""]=(e?this.imagesSentence():"{selected}").
split("{selected}");return d("p",{},s,d("strong",{},t),r)}imagesSentence(){let e=this.indices.length>ki,t=ki;return this.
plane.sprites.kind==="reconstructions"?e?h("{selected}; the first {count} reconstructions below",{count:t}):h("{selected\
}; their reconstructions below"):this.plane.header.features?e?h("{selected}; the first {count} rows below",{count:t}):h(
"{selected}; their rows below"):e?h("{selected}; the first {count} images below",{count:t}):h("{selected}; their images \
below")}classHistogram(){let{codes:e,header:t}=this.plane,s=this.indices.map(l=>this.plane.labelOf(l)),r=e.xy.length/2,o=gn(
e.labels,r),i=[...gn(s,s.length)].map(([l,c])=>{let m=(o.get(l)??0)/r,u=t.classes[l]??t.missing??h("no class");return d(
"li",{},d("span",{},u),Ci(c/s.length,m,ge(e,l)),d("b",{},c.toLocaleString("en")))}),a=t.missing?h("Groups of the selecte\
d codes; a line marks the share among all codes"):h("Classes of the selected codes; a line marks the share among all cod\
es");return d("ul",{class:"lp-bars","aria-label":a,title:a},...i)}itemTable(){let{items:e}=this.plane,t=e.rowOf(this.indices[0]).
map(([c])=>c);if(!t.length)return"";let s=this.indices.slice(0,Pi).map(c=>d("tr",{},...e.rowOf(c).map(([,m])=>d("td",{},
m)))),r=d("tr",{},...t.map(c=>d("th",{scope:"col"},c))),o=this.indices.length,i=o>Pi?h("The first {count} items selected\
; all are in the CSV",{count:Pi}):St("{count} item selected, as in the CSV","{count} items selected, as in the CSV",o),a=d(
"caption",{},I(i,this.leftOutSentence())),l=d("table",{},a,d("thead",{},r),d("tbody",{},...s));return d("div",{class:"lp\
-items",tabindex:"0",role:"group","aria-label":h("Items")},l)}leftOutSentence(){let e=this.plane.items.leftOut.join(", ");
return e?h("Too large for the page, so missing here and in the CSV: {columns}.",{columns:e}):""}savedCodes(){return this.
indices.flatMap(e=>{let t=this.plane.codeOf(e);return t?[{k:e,z:t}]:[]})}useMean(e){let t=this.savedCodes(),s=new Float64Array(
this.plane.header.dim);for(let{z:r}of t)r.forEach((o,i)=>s[i]+=o);t.length?e(Float32Array.from(s,r=>r/t.length),t.length):
this.setStatus(h("None of these codes was saved at this step."))}markGroup(e){this.useMean((t,s)=>{Se(this.plane.header.
revision)[e]={z:t,count:s},this.setStatus(h("Group {name} has {count} codes.",{name:e,count:s.toLocaleString("en")})),this.
plane.events.emit("group")})}saveCsv(){let{items:e}=this.plane;if(e.loadAgain(),!e.isPending)return Bs(this.csvText(),"c\
odes.csv");let t=()=>e.arrival.then(()=>this.csvText()),s=r=>this.setStatus(r);return Re(this.saveButtons.csv,s,h("Writi\
ng the file"),"codes.csv",t)}csvText(){let{header:e,fields:t,items:s}=this.plane,r=this.savedCodes().map(({k:o,z:i})=>({
number:o,name:e.class_names[t.labels?.values[o]??-1]??"",z:i,item:s.rowOf(o)}));return jn(r,e.dim)}saveArchive(){let e=this.
savedCodes(),t=s=>Qc(this.plane,e,s);return Re(this.saveButtons.archive,s=>this.setStatus(s),h("Writing the file"),"code\
s.npz",t,Ai(this.plane,e.length))}saveImages(){let{indices:e,plane:{sprites:t}}=this;return Re(this.saveButtons.picture,
s=>this.setStatus(s),h("Arranging the images"),"codes.png",async s=>{await t.loadImages(e.slice(0,1));let{width:r,height:o}=t.
findPlace(e[0]),i=e.slice(0,Math.min(Gf,Math.floor(Vf/r/o))),a=Math.min(jf,i.length),l=d("canvas",{width:a*r,height:Math.
ceil(i.length/a)*o}),c=k(l),m=le(s);for(let u=0;u<i.length;u+=nh){let p=i.slice(u,u+nh);await t.loadImages(p),p.forEach(
(f,g)=>{let[b,y]=[t.findPlace(f),u+g];b&&De(c,b,y%a*r,Math.floor(y/a)*o,r,o)}),await m()}return Vn(l)})}};var Wf="id",rh=new W(2);function $f({header:n,fields:e}){let t=n.columns.filter(({repeats:c})=>c).length,s=e.places?.values??
new Int32Array(0),r=JSON.parse(new TextDecoder().decode(e.texts.values)),o=r.find((c,m)=>!n.columns[m].repeats),i=o?o.length:
s.length/Math.max(1,t),a=0;return{columns:n.columns.map(({name:c,repeats:m,searched:u},p)=>{let f=a;return m&&(a+=i),{name:c,
distinct:r[p],places:m?s.subarray(f,f+i):null,searched:u}}),leftOut:n.left_out,count:i}}var oh=(n,e)=>n?.distinct[n.places?
n.places[e]:e]??"",rs=class{onArrival;sha=null;error="";file=null;arrival=Promise.resolve();constructor(e){this.onArrival=
e}load(e){if(this.sha===(e?.sha??null)||(this.sha=e?.sha??null,this.file=e,this.error="",!e))return;let t=rh.getOrFetch(
e.sha,async()=>{let s=new Uint8Array(await Y(e.url,h("The ids of the items")));return $f(re(s))});this.arrival=t,t.then(
()=>this.sha===e.sha&&this.onArrival(),s=>this.sha===e.sha&&this.onFailure(s.message))}onFailure(e){this.sha=null,this.error=
e,this.onArrival()}loadAgain(){this.error&&this.load(this.file)}get texts(){return this.sha===null?null:rh.peek(this.sha)}get isPending(){
return this.sha!==null&&this.texts===null}get leftOut(){return this.texts?.leftOut??[]}idOf(e){return oh(this.texts?.columns.
find(({name:t})=>t===Wf),e)}rowOf(e){return this.texts?.columns.map(t=>[t.name,oh(t,e)])??[]}get searchedNames(){return this.
texts?.columns.filter(({searched:e})=>e).map(({name:e})=>e)??[]}find(e){let{texts:t}=this;if(!t)return null;let s=new RegExp(
e.replace(/[\\^$.*+?()[\]{}|/]/g,"\\$&"),"iu"),r=new Uint8Array(t.count);for(let{distinct:o,places:i,searched:a}of t.columns){
if(!a)continue;let l=Uint8Array.from(o,c=>Number(s.test(c)));if(l.includes(1))for(let c=0;c<r.length;c++)r[c]|=l[i?i[c]:
c]}return r}matchOf(e,t){let s=this.searchedNames,r=t.toLowerCase();return this.rowOf(e).filter(([i])=>s.includes(i)).find(
([,i])=>i.toLowerCase().includes(r))??["",""]}};var Ei=h("Decoded on the server."),Kf=600,os=n=>n?.decoder?[n.decoder.sha,n.discriminator?.sha].join():"",is=class{canvas;onChange;onArrival;server=new et;revision="";requestKey="";showsServerImage=!1;dOfZ=NaN;latestRequest;imageStep;usesServer=!1;methodSentence;pageError;serverError;networks=null;earlierNetworks=null;earlierStep=-1;liveStep=null;networksKey;loadingKey;loadingTimer=void 0;plan=null;image=null;constructor(e,t,s=()=>{}){
this.canvas=e,this.onChange=t,this.onArrival=s,this.latestRequest=new ne(async({z:r,y:o,isLive:i},a)=>{if(!i)return{...await this.
server.decode([r],o===null?null:[o],a),step:null};let{header:l,fields:c}=await this.server.decodeLive(r,o,a);return{...c,
step:l.step}},({images:r,d_of_z:o,step:i})=>{this.imageStep=i,Ro(e,{values:r.values,shape:r.shape.slice(1)}),this.showsServerImage=
!0,this.dOfZ=o?o.values[0]:NaN,this.receiveServerAnswer("")},r=>{this.dOfZ=NaN,this.receiveServerAnswer(r.message)}),this.
methodSentence=this.pageError=this.serverError="",this.imageStep=null,this.networksKey=this.loadingKey=""}load(e,t){let s=e.
revision!==this.revision,r=e.weights??null;this.image=t.image??null,this.plan=r,this.revision=e.revision;let o=new et(e.
server);if(o.id!==this.server.id&&(this.cancelRequests(),this.server=o),s&&this.forgetServerImage(),!r?.decoder)return this.
useServer("",e.decoder_refusal??Ei);let i=os(r);if(this.networksKey===i)return;let a=ci(r.decoder),l=r.discriminator&&ci(
r.discriminator);if(a&&(l||!r.discriminator))return this.useNetworks(r,a,l);if(s)this.dropNetworks();else if(this.loadingKey===
i)return;clearTimeout(this.loadingTimer),this.loadingTimer=setTimeout(()=>this.networks||this.useServer(this.addServerHint(
h("The network's weights are still loading."))),Kf),this.loadingKey!==i&&this.fetchNetworks(r)}close(){this.plan=null,this.
forgetServerImage()}cancelRequests(){this.latestRequest.cancel(),this.requestKey=""}forgetServerImage(){clearTimeout(this.
loadingTimer),this.cancelRequests(),this.showsServerImage=!1,this.dOfZ=NaN}addServerHint(e){return this.server.canRequest(
"decode")?h("{problem} The server decodes instead.",{problem:e}):e}async fetchNetworks(e){let t=()=>os(this.plan)===os(e);
this.loadingKey=os(e);try{let s=await Kt(e.decoder);if(t()&&(!this.networks||!e.discriminator)&&this.useNetworks(e,s,null),
!e.discriminator)return;await Kt(e.discriminator).then(r=>t()&&this.useNetworks(e,s,r),r=>t()&&this.useNetworks(e,s,null,
h("D(z) cannot be computed in the page. {problem}",{problem:r.message})))}catch(s){t()&&this.useServer(this.addServerHint(
s.message))}finally{this.loadingKey===os(e)&&(this.loadingKey=""),t()&&clearTimeout(this.loadingTimer)}}useNetworks(e,t,s,r=""){
this.networks=new Ze(t,s,e.image,e.dim,e.means),this.networksKey=os(e),this.usesServer=!1,this.forgetServerImage(),this.
onChange(this.methodText,r)}get methodText(){return this.liveStep!==null?Ei:this.networks?h("Decoded in this page ({kind\
}).",{kind:this.networks.kind}):this.methodSentence}followTraining(e){if(e===this.liveStep)return;let t=e===null!=(this.
liveStep===null);this.liveStep=e,e===null&&(this.imageStep=null),t?this.onChange(this.methodText,this.pageError):this.onArrival()}dropNetworks(){
this.networks=null,this.networksKey="",this.usesServer=!1,this.image&&!this.showsServerImage&&Ro(this.canvas,this.image)}useServer(e,t=this.
server.canRequest("decode")?Ei:""){let s=this.usesServer&&e===this.pageError&&t===this.methodSentence;this.dropNetworks(),
this.usesServer=!0,this.pageError=e,this.methodSentence=t,!s&&(this.serverError="",this.onChange(t,e))}receiveServerAnswer(e){
if(e===this.serverError)return this.onArrival();this.serverError=e,this.onChange(this.methodText,e||this.pageError)}useEarlierNetworks(e,t=-1){
this.earlierNetworks=e,this.earlierStep=t}paintCode(e,t){let s=this.earlierNetworks??this.networks;if(this.liveStep!==null)
return this.requestImage(e,t);if(!s)return this.usesServer?this.requestImage(e,t):NaN;let r=s.decode(e,t);return Number.
isNaN(r[0])?(this.useServer(this.addServerHint(h("The network returned no finite value for this z."))),this.requestImage(
e,t)):(U(this.canvas,r,s.image),s.discriminate(e))}requestImage(e,t){let s=`${e.join()} ${t} ${this.liveStep}`;return this.
server.canRequest("decode")&&s!==this.requestKey&&(this.requestKey=s,this.latestRequest.submit({z:e.slice(),y:t,isLive:this.
liveStep!==null})),this.dOfZ}async loadEncoder(){let{plan:e}=this;if(!e?.encoder)throw new Error(h("This revision's enco\
der does not run in the page."));return Bl(await Kt(e.encoder),e.dim)}};var Xf=[0,.25,.5,.75,1].map(n=>{let[e,t,s,r]=Us(n);return`rgb(${e} ${t} ${s} / ${r/255})`}),ih=n=>`background:linear-gra\
dient(90deg, ${n.join()})`,Yf=h("The prior: all codes should lie inside."),Zf=h("The prior: one in ten codes should lie \
outside the outer outlines."),Jf=h("Paler: outside the part of D’s surface that was saved for this step.");function ah(n,e){
let t=n.parts.key,s=!!n.pastFrame,{features:r}=n.header,o=r&&e.some(({id:c})=>c==="manifold")?r:null;n.heatKey.showFeatures(
o);let i=e.filter(c=>c.explanation),a=lh(n.prior),l=[s,!!o,a,...i.map(({id:c})=>c)].join();t.dataset.content!==l&&(t.dataset.
content=l,t.replaceChildren(...o?[n.heatKey.host]:[],...i.map(({id:c,explanation:m})=>Qf(n,c,m??""))))}function Qf(n,e,t){
return e==="judge"?tg(t,!!n.pastFrame):e==="prior"?eg(lh(n.prior)??t):d("p",{},t)}function lh(n){return n.isFlat?Yf:n.hasComponents?
Zf:null}var eg=n=>d("p",{class:"lp-prior-note"},d("i",{class:"lp-prior-swatch","aria-hidden":"true"}),n),pr=class{plane;haveNamesChanged=C();select;low=d(
"span",{});high=d("span",{});host;constructor(e){this.plane=e,this.select=d("select",{"aria-label":h("Feature on the hea\
t map"),onchange:()=>e.showFeatureOnHeatMap(Number(this.select.value))});let t=d("i",{class:"lp-scale","aria-hidden":"tr\
ue",style:ih(Zt.map(s=>`rgb(${s.join(" ")})`))});this.host=d("p",{class:"lp-heat"},this.select,d("span",{},this.low," ",
t," ",this.high))}showFeatures(e){if(!e)return;let{feature:t}=this.plane.settings;this.haveNamesChanged(e.names.join(`
`))&&this.select.replaceChildren(...ue(e.names)),this.select.value=String(t);let s=r=>T(r,ct(e,t));A(this.low,`≤ ${s(e.
lows[t])}`),A(this.high,`≥ ${s(e.highs[t])}`)}};function tg(n,e){let t=d("i",{class:"lp-scale",role:"img","aria-label":n,
style:ih(Xf)}),s=d("p",{title:n},`${h("D(z): code")} `,t,` ${h("sample of the prior")}`);return e?d("div",{},s,d("p",{},
Jf)):s}var Gs=class{xy;side;origin;cellSize;starts;order;constructor(e){this.xy=e;let t=e.length/2,[s,r,o,i]=[1/0,-1/0,1/0,-1/0];
for(let a=0;a<e.length;a+=2)Number.isFinite(e[a]+e[a+1])&&(s=Math.min(s,e[a]),r=Math.max(r,e[a]),o=Math.min(o,e[a+1]),i=
Math.max(i,e[a+1]));s>r&&([s,r,o,i]=[0,0,0,0]),this.side=Math.max(1,Math.min(512,Math.round(Math.sqrt(t/4)))),this.origin=
[s,o],this.cellSize=[(r-s)/this.side||1,(i-o)/this.side||1],this.starts=new Int32Array(this.side*this.side+1),this.order=
new Int32Array(t),this.sortIntoBuckets(t)}sortIntoBuckets(e){let{xy:t,starts:s}=this,r=new Int32Array(e);for(let i=0;i<e;i++){
let a=Number.isFinite(t[2*i]+t[2*i+1]);r[i]=a?this.bucketIndex(t[2*i],0)+this.side*this.bucketIndex(t[2*i+1],1):-1,a&&s[r[i]+
1]++}for(let i=1;i<s.length;i++)s[i]+=s[i-1];let o=s.slice();for(let i=0;i<e;i++)r[i]>=0&&(this.order[o[r[i]]++]=i)}bucketIndex(e,t){
let s=Math.floor((e-this.origin[t])/this.cellSize[t]);return Math.min(this.side-1,Math.max(0,s))}nearestPoint(e,t,s,r=()=>!0){
let o=s*s,i=-1,[a,l]=[this.bucketIndex(e-s,0),this.bucketIndex(e+s,0)],[c,m]=[this.bucketIndex(t-s,1),this.bucketIndex(t+
s,1)];for(let u=c;u<=m;u++){let p=this.starts[u*this.side+a],f=this.starts[u*this.side+l+1];for(let g=p;g<f;g++){let b=this.
order[g],y=(this.xy[2*b]-e)**2+(this.xy[2*b+1]-t)**2;y<=o&&r(b)&&(o=y,i=b)}}return i}};var sg=350,ng=9,fr=class{events=new Ss;sendMessage=()=>{};ready=!1;view=new Zn;header={};fields={};z=new Float32Array(0);slice=yn(
{});prior=new Fe({dim:0,prior:null,typical:null},{});settings={layers:{},layerEchoes:new _,hidden:new Set,allSwitches:!1,
feature:0};codes={xy:new Float32Array(0),labels:null,content:null,colours:[],shapes:[]};presentCodes=this.codes;picker=new Gs(
this.codes.xy);pastFrame=null;picked;hovered;outline={polygon:[],step:null};dragging;closed;missedMessage=!1;echoes={z:new _(
Ml),picked:new _};settleTimer;viewTimer;constructor(){this.picked=this.hovered=-1,this.dragging=this.closed=!1,this.settleTimer=
this.viewTimer=0}refresh(e){throw new Error(`Nobody draws this plane${e?" anew":""}.`)}acceptCode(e,t){if(this.missedMessage=
this.dragging&&!t,this.missedMessage)return{z:!1,picked:!1};let s=Float32Array.from(e.code),r=e.picked??-1,[o,i]=[this.echoes.
z.isNewValue(s),this.echoes.picked.isNewValue(r)],a={z:t||o,picked:(t||i)&&r!==this.picked};return a.z&&(this.z=s),a.picked&&
(this.picked=r),a}placeCodes(e,t){let s=t.z?.values??new Float32Array(0),r=t.xy?.values??We(s,e.dim,this.slice);this.codes=
this.presentCodes={xy:r,content:(t.content??t.labels)?.values??null,...this.codeColours(e,t)},this.preparePicking()}colourCodes(e,t){
let s=this.codeColours(e,t),r=this.codes===this.presentCodes;this.presentCodes={...this.presentCodes,...s},this.codes=r?
this.presentCodes:{...this.codes,...s}}codeColours(e,t){return{labels:(t.groups??t.labels)?.values??null,colours:e.colours,
shapes:this.markerShapes()}}markerShapes(){let{colours:e,shapes:t}=this.header;return this.settings.layers.shapes?t:Ka(e,
t)}updateShapes(){if(!this.ready)return;let e=this.markerShapes();if(e.join()!==this.codes.shapes.join())for(let t of[this.
codes,this.presentCodes])t.shapes=e}showCodes(e){this.codes=e}preparePicking(){this.picker=new Gs(this.codes.xy)}setPastFrame(e){
this.pastFrame=e}dropOutline(){this.outline={polygon:[],step:null}}setZ(e,t){this.z=e,this.refresh(!["drag","keys","link"].
includes(t)&&this.slice.decodable&&e.length>this.slice.shownDimensions.length),this.events.emit("z",{source:t})}moveZTo(e,t="\
tool",s=!0){this.closed||(this.setZ(Float32Array.from(e),t),s&&this.sendZ())}scheduleSendZ(){window.clearTimeout(this.settleTimer),
this.settleTimer=window.setTimeout(()=>this.sendZ(),sg)}sendZ(){window.clearTimeout(this.settleTimer),this.settleTimer=0,
this.ready&&(this.noteSentCode(),this.sendMessage("code",{z:Array.from(this.z)}),this.events.emit("commit"))}noteSentCode(){
this.echoes.z.noteSent(this.z.slice()),this.echoes.picked.noteSent(-1),!(this.picked<0)&&(this.picked=-1,this.events.emit(
"pick",{index:-1,source:"commit"}))}sendPending(){this.settleTimer&&this.sendZ(),this.viewTimer&&this.sendView(),this.events.
emit("rest")}sendView(){window.clearTimeout(this.viewTimer),this.viewTimer=0,this.sendMessage("view",this.view.isAtHome?
{home:!0}:this.view.visibleSquare)}pickCode(e,t="person"){this.picked=e,this.echoes.picked.noteSent(e);let s=e<0?null:this.
codeOf(e);s&&(window.clearTimeout(this.settleTimer),this.settleTimer=0,this.echoes.z.noteSent(Float32Array.from(s)),this.
setZ(Float32Array.from(s),t==="link"?"link":"tool")),t==="person"&&e>=0&&Rt(this)?(this.echoes.picked.noteSent(-1),this.
sendMessage("code",{z:Array.from(this.z)})):t==="person"&&this.sendMessage("picked",{index:e}),this.refresh(),this.events.
emit("pick",{index:e,source:t})}codeIndexAt(e,t){return this.settings.layers.codes?this.picker.nearestPoint(...this.view.
toPlane(e,t),ng/this.view.scale,s=>this.isVisible(s)):-1}isVisible(e){return!this.settings.hidden.has(this.labelOf(e))&&
this.passesFilter(e)}passesFilter(e){let{matches:t}=this.fields;return!t||t.values[e]===1}labelOf(e){return this.codes.labels?
this.codes.labels[e]:-1}codeName(e){return this.header.classes[this.labelOf(e)]??h("code {index}",{index:e})}codeText(e){
let t=this.codeOf(e);return t?V(t,4):""}codeOf(e){let{dim:t}=this.header;return this.pastFrame?this.pastFrame.codeOf(e):
this.fields.z?.values?.slice(e*t,(e+1)*t)??null}};var Li=60,rg=20,ch=n=>Math.min(100,Math.max(0,50+50*mn(n)));function og(n){return n<=0?"≤ ":n>=1?"≥ ":""}var ce=class{canvas;list=d(
"ul",{});note=d("p",{});search=d("input",{type:"search",class:"lp-search",placeholder:h("Find a feature"),"aria-label":h(
"Find a feature"),oninput:()=>this.buildRows()});host;frame;features=null;firstNames=[];rows=[];shownValues=null;constructor(e){
this.canvas=d("canvas",{class:"lp-image",role:"img","aria-label":e}),this.host=d("div",{class:"lp-chart",hidden:!0,tabindex:"\
0",role:"region","aria-label":z(e,!0)},this.list,this.note),this.frame=d("div",{class:"lp-frame"},this.canvas,this.host),
un.set(this.canvas,t=>this.showValues(t))}setFeatures(e){this.canvas.hidden=!!e,this.host.hidden=!e,JSON.stringify(e)!==
JSON.stringify(this.features)&&(this.features=e,this.shownValues=null,this.search.value="",this.host.replaceChildren(...this.
isSearched?[this.search]:[],this.list,this.note),this.buildRows())}get isSearched(){return(this.features?.names.length??
0)>=rg}showFirst(e){e.join(`
`)!==this.firstNames.join(`
`)&&(this.firstNames=e,this.buildRows())}matchingFeatures(){let e=this.features?.names??[],t=this.search.value.trim().toLowerCase(),
s=this.isSearched?this.firstNames:[],r=new Map(s.map((i,a)=>[i,a])),o=i=>r.get(e[i])??e.length+i;return e.map((i,a)=>a).
filter(i=>e[i].toLowerCase().includes(t)).sort((i,a)=>o(i)-o(a))}buildRows(){let e=this.matchingFeatures();this.rows=[];
let t=this.features?.names??[];this.list.replaceChildren(...e.slice(0,Li).map(s=>this.buildRow(t[s],s))),this.note.textContent=
this.noteText(e.length),this.shownValues&&this.showValues(this.shownValues.values,this.shownValues.original)}noteText(e){
if(e<=Li)return"";let t={shown:Li,total:e};return this.firstNames.length?h("The {shown} of {total} features in which the\
 selection differs most.",t):h("The first {shown} of {total} features.",t)}buildRow(e,t){let{middles:s,reaches:r,lows:o,
highs:i}=this.features,a=f=>T(f,ct(this.features,t)),[l,c]=[o[t],i[t]].map(f=>50+50*(f-s[t])/r[t]),m={value:d("b",{}),bar:d(
"i",{class:"lp-chart-bar"}),ring:d("i",{class:"lp-chart-ring",hidden:!0})};this.rows.push({k:t,...m});let u=d("i",{class:"\
lp-chart-usual",style:`left:${l}%;width:${c-l}%`}),p=h("{name}: median {median}; 98 % lie between {low} and {high}",{name:e,
median:a(s[t]),low:a(o[t]),high:a(i[t])});return d("li",{title:p},d("span",{},e),m.value,d("span",{class:"lp-chart-track",
"aria-hidden":"true"},u,m.bar,m.ring))}showValues(e,t=null){let{features:s}=this;s&&(this.shownValues={values:e,original:t},
this.rows.forEach(({k:r,value:o,bar:i,ring:a})=>{let l=ch(e[r]);o.textContent=og(e[r])+T(Pt(s,r,e[r]),ct(s,r)),i.style.left=
`${Math.min(50,l)}%`,i.style.width=`${Math.abs(l-50)}%`,a.hidden=!t,t&&(a.style.left=`${ch(t[r])}%`)}))}};var ig=[.01,.16,.5,.84,.99],ag=[5e-4,.9995],as=class{onMove;onRelease;host=d("div",{class:"lp-sliders"});rows=[];haveRangesChanged=C();constructor(e,t){
this.onMove=e,this.onRelease=t}buildSliders(e,t){this.haveRangesChanged(JSON.stringify([e.dim,e.levels.length,e.quantileTable&&
Array.from(e.quantileTable),t]))&&(this.rows.length!==e.dim&&(this.rows=Array.from({length:e.dim},(s,r)=>this.makeSlider(
r)),this.host.replaceChildren(...this.rows.map(s=>s.label))),this.rows.forEach((s,r)=>this.setRange(e,t?.[r]??[-1,1],r)))}makeSlider(e){
let t=d("input",{type:"range","aria-label":mt(e),oninput:()=>this.onMove(e,Number(t.value)),onchange:()=>this.onRelease()}),
s=d("span",{class:"lp-ruler","aria-hidden":"true"}),r=d("output",{});return{label:d("label",{},d("span",{},mt(e)),d("spa\
n",{class:"lp-track"},t,s),r),input:t,ruler:s,output:r}}setRange(e,t,s){let{input:r,ruler:o}=this.rows[s],[i,a]=e.quantileTable?
ag.map(p=>e.quantile(p,s)):t,l=.15*(a-i),[c,m]=[i-l,a+l];for(let[p,f]of Object.entries({min:c,max:m,step:(m-c)/2e3}))r.setAttribute(
p,String(f));let u=e.quantileTable?ig.map(p=>({p,share:(e.quantile(p,s)-c)/(m-c)})):[];o.replaceChildren(...u.map(({p,share:f})=>d(
"i",{style:`left:${(100*f).toFixed(2)}%`,title:Ie(p)})))}showCode(e,t){this.rows.forEach(({input:s,output:r},o)=>{s.value=
String(e[o]),r.textContent=T(e[o]),t.quantileTable?s.setAttribute("aria-valuetext",h("{value}, percentile {percentile}",
{value:T(e[o]),percentile:Ie(t.percentile(e[o],o))})):s.removeAttribute("aria-valuetext")})}};var gr=class{plane;chart=new ce(h("Image decoded at z"));image=this.chart.canvas;likelihoodNote=d("strong",{});decoderNote=d(
"span",{class:"lp-decoder"});values={};valueRows={};sliders;details;sampleButton=v(h("Random from the prior"),()=>this.moveZToPriorSample());methodNote=d(
"p",{class:"lp-way"});constructor(e){this.plane=e;let t=d("p",{class:"lp-where"},this.likelihoodNote,this.decoderNote);this.
sliders=new as((o,i)=>e.setZ(e.z.with(o,i),"slide"),()=>e.sendZ()),this.details=d("details",{open:!0},d("summary",{},h("\
Dimensions")),this.sliders.host);let s=this.valueList([["z","z"],["dOfZ","D(z)"]]),r=this.valueList([["percentile",h("Pe\
rcentiles")],["density","log p(z)"]]);e.parts.panel.append(this.chart.frame,t,this.sampleButton,this.details,s,d("detail\
s",{class:"lp-details"},d("summary",{},h("Details")),r,this.methodNote))}valueList(e){let t=e.map(([s,r])=>(this.values[s]=
d("dd",{}),this.valueRows[s]=d("div",{},d("dt",{},r),this.values[s])));return d("dl",{class:"lp-values"},...t)}moveZToPriorSample(){
let{spec:e,dim:t,samples:s}=this.plane.prior;e&&(this.plane.moveZTo(Ut(e,t,Math.random,s)),Ve({kind:"sample"}))}showFacts({
density:e,dOfZ:t,isTypical:s,likelihood:r}){let{z:o,prior:i,slice:a}=this.plane,l=i.quantileTable?a.shownDimensions.map(
m=>`${mt(m)} ${Ie(i.percentile(o[m],m))}`):[],c={z:V(o),percentile:l.join(", "),density:T(e),dOfZ:T(t)};for(let[m,u]of Object.
entries(c))this.values[m].textContent=u,this.valueRows[m].hidden=!u||u===T(NaN);this.chart.frame.classList.toggle("lp-ou\
tside",s===!1),A(this.likelihoodNote,lg(i,r)),A(this.decoderNote,cg(this.plane)),this.sampleButton.hidden=!i.spec,this.sliders.
showCode(o,i)}};function lg(n,e){return n.spec?e?qt[e]:"":h("This model has no prior: nothing determines where its codes\
 lie.")}function cg({decoder:n,header:e,pastFrame:t}){let s=!!e.features,r=n.earlierNetworks?n.earlierStep:n.imageStep;if(r!==
null){let o=r.toLocaleString("en");return s?h("Computed by the decoder of step {step}",{step:o}):h("Drawn by the decoder\
 of step {step}",{step:o})}return t?s?h("Computed by the latest decoder"):h("Drawn by the latest decoder"):s?h("Computed\
 by the trained decoder"):h("Drawn by the trained decoder")}var br=34,hg=30,mg=5,ug=1e-37;function dg({values:n,shape:[e,t],box:s},r,o){let[i,a,l,c]=s,m=(w,S)=>Math.log(Math.max(n[w*
t+S],ug)),[u,p]=[Math.max(0,o-1),Math.min(t-1,o+1)],[f,g]=[Math.max(0,r-1),Math.min(e-1,r+1)],b=(a-i)/(t-1)*(p-u),y=(c-l)/
(e-1)*(g-f);return[(m(r,p)-m(r,u))/b,(m(g,o)-m(f,o))/y]}function hh(n,e){let{pen:t,view:s}=n,r=pg(s,e),o=Math.max(...r.map(
({force:i})=>i),1e-12);t.beginPath();for(let{px:i,py:a,dx:l,dy:c,force:m}of r){let u=hg*Math.sqrt(m/o);if(u<2)continue;let[
p,f]=[l/m,-c/m],[g,b]=[i+p*u,a+f*u],y=Math.min(mg,u/2);t.moveTo(i,a),t.lineTo(g,b),t.moveTo(g-y*(p-.6*f),b-y*(f+.6*p)),t.
lineTo(g,b),t.lineTo(g-y*(p+.6*f),b-y*(f-.6*p))}t.lineJoin=t.lineCap="round",es(n,1.5*s.markScale,4*s.markScale)}function pg(n,e){
let[t,s]=e.shape,[r,o,i,a]=e.box,l=[];for(let c=br/2;c<n.width;c+=br)for(let m=br/2;m<n.height;m+=br){let[u,p]=n.toPlane(
c,m),f=Math.round((u-r)/(o-r)*(s-1)),g=Math.round((p-i)/(a-i)*(t-1));if(f<0||g<0||f>=s||g>=t)continue;let[b,y]=dg(e,g,f),
w=Math.hypot(b,y);Number.isFinite(w)&&w>0&&l.push({px:c,py:m,dx:b,dy:y,force:w})}return l}var ls=16,fg=65535,gg=`#version 300 es
precision highp float;
in vec2 place; in float stamp;
uniform vec2 centre, canvas; uniform float scale, size, first, end;
flat out int cell;
void main() {
  bool drawn = stamp >= first && stamp < end && !isnan(place.x + place.y);
  vec2 corner = floor(canvas / 2.0 + (place - centre) * vec2(scale, -scale) - size / 2.0 + 0.5);
  vec2 middle = (corner + size / 2.0 + size) / (canvas + 2.0 * size); // the viewport has a margin of a stamp
  gl_Position = drawn ? vec4(2.0 * middle.x - 1.0, 1.0 - 2.0 * middle.y, 0, 1) : vec4(9, 9, 0, 1);
  gl_PointSize = size;
  cell = int(stamp);
}`,bg=`#version 300 es
precision highp float; precision highp int;
flat in int cell;
uniform float size; uniform sampler2D sheet;
out vec4 colour;
void main() {
  ivec2 at = ivec2(cell % ${ls}, cell / ${ls}) * int(size) + ivec2(gl_PointCoord * size);
  colour = texelFetch(sheet, at, 0);
  if (colour.a == 0.0) discard;
}`,Vs=class n{static create(e,t){let s=document.createElement("canvas"),r={antialias:!1,depth:!1,preserveDrawingBuffer:!0},
o=s.getContext("webgl2",r),i=o&&wg(o);return!o||!i?null:new n(s,o,i,e,t)}canvas;onLost;gl;program;stamps;placeBuffer;stampBuffer;changeDetectors;constructor(e,t,s,r,o){
this.canvas=e,this.onLost=o,e.addEventListener("webglcontextlost",o),this.gl=t,this.program=s,this.stamps=r,this.placeBuffer=
t.createBuffer(),this.stampBuffer=t.createBuffer(),this.changeDetectors={sheet:C(),places:C(),cells:C()},t.useProgram(s),
this.bindAttribute("place",this.placeBuffer,2,t.FLOAT),this.bindAttribute("stamp",this.stampBuffer,1,t.UNSIGNED_SHORT),t.
bindTexture(t.TEXTURE_2D,t.createTexture()),t.texParameteri(t.TEXTURE_2D,t.TEXTURE_MIN_FILTER,t.NEAREST),t.pixelStorei(t.
UNPACK_PREMULTIPLY_ALPHA_WEBGL,!0),t.enable(t.BLEND),t.blendFunc(t.ONE,t.ONE_MINUS_SRC_ALPHA)}bindAttribute(e,t,s,r){let{
gl:o}=this,i=o.getAttribLocation(this.program,e);o.bindBuffer(o.ARRAY_BUFFER,t),o.enableVertexAttribArray(i),o.vertexAttribPointer(
i,s,r,!1,0,0)}close(){this.canvas.removeEventListener("webglcontextlost",this.onLost),this.gl.getExtension("WEBGL_lose_c\
ontext")?.loseContext()}waitUntilDrawn(){this.gl.readPixels(0,0,1,1,this.gl.RGBA,this.gl.UNSIGNED_BYTE,new Uint8Array(4))}draw(...[
e,t,s,r,o,i]){let{gl:a,canvas:l}=this,[c,m]=[Math.round(t.width*s),Math.round(t.height*s)];l.width!==c&&(l.width=c),l.height!==
m&&(l.height=m);let u=this.updateStampSheet(e,_o(e.xy.length/2,t.zoom)*t.markScale*s,o);this.updateBuffers(e,r,i),a.viewport(
-u,-u,c+2*u,m+2*u),a.clear(a.COLOR_BUFFER_BIT);let p=(g,...b)=>a[b.length>1?"uniform2fv":"uniform1fv"](a.getUniformLocation(
this.program,g),b);p("centre",...t.canvasCentre),p("canvas",c,m),p("scale",t.scale*s),p("size",u);let f=e.colours.length+
1;for(let g of i?[f,0]:[0])p("first",g),p("end",g+f),a.drawArrays(a.POINTS,0,e.xy.length/2)}updateStampSheet(e,t,s){let{
gl:r}=this,o=new Set,i=[!1,!0].flatMap(l=>this.stamps.stampsFor(e,o,t,s,l)),{size:a}=i[0];return this.changeDetectors.sheet(
[Math.round(t*4),s,e.colours,e.shapes,e.xy.length].join())&&(r.texImage2D(r.TEXTURE_2D,0,r.RGBA,ls*a,Math.ceil(i.length/
ls)*a,0,r.RGBA,r.UNSIGNED_BYTE,null),i.forEach((l,c)=>{let m=new Uint8Array(l.pixels.buffer),[u,p]=[c%ls*a,Math.floor(c/
ls)*a];r.texSubImage2D(r.TEXTURE_2D,0,u,p,a,a,r.RGBA,r.UNSIGNED_BYTE,m)})),a}updateBuffers(e,t,s){let{gl:r,changeDetectors:o}=this;
o.places(e.xy)&&(r.bindBuffer(r.ARRAY_BUFFER,this.placeBuffer),r.bufferData(r.ARRAY_BUFFER,e.xy,r.STATIC_DRAW)),o.cells(
e,s,[...t].join())&&(r.bindBuffer(r.ARRAY_BUFFER,this.stampBuffer),r.bufferData(r.ARRAY_BUFFER,yg(e,t,s),r.DYNAMIC_DRAW))}};
function yg({xy:n,labels:e,colours:t},s,r){let o=new Uint16Array(n.length/2);for(let i=0;i<o.length;i++){let a=e?e[i]:-1,
l=a>=-1&&a<t.length&&!s.has(a);o[i]=l?a+1+(r&&!r[i]?t.length+1:0):fg}return o}function wg(n){let e=n.createProgram();for(let[
t,s]of[[n.VERTEX_SHADER,gg],[n.FRAGMENT_SHADER,bg]]){let r=n.createShader(t);n.shaderSource(r,s),n.compileShader(r),n.attachShader(
e,r)}return n.linkProgram(e),n.getProgramParameter(e,n.LINK_STATUS)?e:null}var vg=12,Sg=40,mh=1e4,xg=4e3,cs,yr=class{stamps=new fn;stampRenderer=new ks(this.stamps);gpuRenderer=void 0;measuringTimer=0;lastDuration=0;lastDrawnAt=0;lastView={
canvasCentre:[0,0],scale:NaN};haveInputsChanged=C();close(){window.clearTimeout(this.measuringTimer),this.gpuRenderer?.close()}chooseRenderer(e){
return e.codes.xy.length<2*mh||cs===!1?this.stampRenderer:(cs===void 0&&(this.measuringTimer||=window.setTimeout(()=>e.scene.
tasks.start("gpu",this.measureRenderers(e)),xg)),cs&&this.gpuRenderer===void 0&&(this.gpuRenderer=Vs.create(this.stamps,
()=>this.handleContextLoss(e))),this.gpuRenderer??this.stampRenderer)}*measureRenderers(e){if(cs!==void 0)return;if(!e.view.
width)return void(this.measuringTimer=0);let t=Vs.create(this.stamps,()=>this.handleContextLoss(e)),s=new ks(this.stamps),
r={...e.codes,xy:e.codes.xy.subarray(0,2*mh)},o=i=>{let a=performance.now();return i.draw(r,e.view,window.devicePixelRatio||
1,new Set,e.theme.background,null),i===t&&t?.waitUntilDrawn(),performance.now()-a};try{for(let i of[t,s])yield,i&&o(i);yield,
cs??=t!==null&&o(t)<o(s),cs&&this.gpuRenderer===void 0&&(this.gpuRenderer=t)}finally{this.gpuRenderer!==t&&t?.close()}}handleContextLoss(e){
this.gpuRenderer=null,e.redrawCodes()}draw(e,t,s){let{codes:r,settings:o,view:i,colouredMask:a,theme:l,scene:c}=t,{width:m,
height:u,scale:p,canvasCentre:f}=i,g=this.chooseRenderer(t),b=c.isShown("judge")?l.text:l.background,y=this.haveInputsChanged(
g,r,r.shapes,[...o.hidden].join(),a,b,s,i.markScale,m,u),w=performance.now(),S=c.isMoving&&this.lastDuration>vg&&w-this.
lastDrawnAt<Sg*this.lastDuration,[M,x]=this.lastView.canvasCentre,P=this.lastView.scale!==p||M!==f[0]||x!==f[1];(y||!S&&
P)&&(g.draw(r,i,s,o.hidden,b,a),this.lastDuration=performance.now()-w,this.lastDrawnAt=w,this.lastView={canvasCentre:f,scale:p});
let F=p/this.lastView.scale,[L,q]=i.toScreen(this.lastView.canvasCentre[0],this.lastView.canvasCentre[1]);e.drawImage(g.
canvas,L-m*F/2,q-u*F/2,m*F,u*F)}};var[Mg,uh]=[6,16],Ii=(n,e,t)=>!e.some(s=>yi(n,s,t));function dh(n,e){let t=[];for(let s of n)Ii(s,t,e)&&t.push(s);return t}
function ph(n){let e=[];for(let t=1;t<=Mg;t++)for(let s=0;s<uh;s++){let r=2*Math.PI*s/uh,o=t*n.halfHeight;e.push({...n,x:n.
x+o*Math.cos(r),y:n.y+o*Math.sin(r)})}return e}var Ag=20,Tg=120,Cg=5,kg=6,fh=18,gh=15,bh=4;function vh(n,e,t){return!e||t<2||t>Ag?[]:Pg(n,e,t).map((i,a)=>({label:a,count:i.
length,place:i.length<Cg?null:Lg(n,Eg(i))})).filter(({place:i})=>i).sort((i,a)=>a.count-i.count)}function Pg(n,e,t){let s=Array.
from({length:t},()=>[]);for(let r=0;r<e.length;r++)e[r]>=0&&e[r]<t&&Number.isFinite(n[2*r]+n[2*r+1])&&s[e[r]].push(r);return s}
function Eg(n){let e=Math.max(1,n.length/Tg);return Array.from({length:Math.floor(n.length/e)},(t,s)=>n[Math.floor(s*e)])}
function Lg(n,e){let[t,s]=[0,1].map(i=>yh(e.map(a=>n[2*a+i]))),r=e.map(i=>Math.hypot(n[2*i]-t,n[2*i+1]-s)),o=yh(r)/2||1e-9;
for(let i=0;i<kg;i++){let[a,l,c]=[0,0,0];for(let m of e){let u=(n[2*m]-t)**2+(n[2*m+1]-s)**2,p=Math.exp(-u/(2*o*o));a+=p*
n[2*m],l+=p*n[2*m+1],c+=p}if(c<1e-6)break;[t,s]=[a/c,l/c]}return[t,s]}var yh=n=>Float64Array.from(n).sort()[Math.floor(n.
length/2)];function Sh(n,e){let{pen:t,view:s}=n,r=gh*s.markScale;t.font=Jt(s,gh,"bold"),t.textAlign="center";let o=e.map(
({name:l,place:[c,m]})=>({text:Ig(l),x:c,y:m})).map(l=>({...l,halfWidth:t.measureText(l.text).width/2,halfHeight:r/2})).
filter(l=>wh(l,s)),i=dh(o,bh);if(i.length<o.length/2)return[];let a=[...i];for(let l of o){if(i.includes(l))continue;let c=ph(
l).find(m=>wh(m,s)&&Ii(m,a,bh));c&&a.push(c)}for(let{text:l,x:c,y:m}of a)wt(n,l,c,m+.36*r);return a}function wh({x:n,y:e,
halfWidth:t,halfHeight:s},r){return n>t&&n<r.width-t&&e>2*s&&e<r.height-2*s}var Ig=n=>n.length>fh?`${n.slice(0,fh-1)}…`:
n;var Ng=2e3,Fg=5e4,D=160,Og=3.2,[Rg,wr]=[2,2],Dg=.6,_e=4;function Mh(n,e){let{xy:t}=n,s=i=>Number.isFinite(t[2*i]+t[2*i+1])&&
e(i);if(!_g(Ng,t.length/2,s))return null;let r=Bg(t,s);if(!r)return null;let o=Hg(n,s,r);for(let i=0;i<Rg;i++)xh(o,_e,D*
_e),xh(o,D*_e,_e);return{image:zg(o),shape:[D,D],box:r}}function _g(n,e,t){let s=0;for(let r=0;r<e&&s<n;r++)t(r)&&s++;return s>=
n}var Ah=n=>Math.ceil(n.length/2/Fg);function Bg(n,e){let[t,s]=[[0,0],[0,0]],r=0;for(let a=0;a<n.length/2;a+=Ah(n))if(e(
a)){r++;for(let l of[0,1])t[l]+=n[2*a+l],s[l]+=n[2*a+l]**2}let o=t.map((a,l)=>{let c=a/r,m=Og*Math.sqrt(Math.max(0,s[l]/
r-c*c));return[c-m,c+m]});return o.every(([a,l])=>l>a)?o.flat():null}function Hg(n,e,[t,s,r,o]){let{xy:i,labels:a}=n,l=new Float32Array(
D*D*_e),c=[-1,...n.colours.keys()].map(p=>Ts(ge(n,p))),[m,u]=[(D-1)/(s-t),(D-1)/(o-r)];for(let p=0;p<i.length/2;p+=Ah(i)){
let f=Math.round((i[2*p]-t)*m),g=Math.round((i[2*p+1]-r)*u);if(!(f>=0&&f<D&&g>=0&&g<D)||!e(p))continue;let y=c[(a?a[p]:-1)+
1],w=_e*(g*D+f);l[w]+=y[0],l[w+1]+=y[1],l[w+2]+=y[2],l[w+3]++}return l}function xh(n,e,t){let s=2*wr+1,r=new Float32Array(
D+2*s);for(let o=0;o<D*t;o+=t)for(let i=0;i<_e;i++){for(let l=0;l<D;l++)r[l+s]=n[o+i+l*e];let a=0;for(let l=-wr;l<D;l++)
a+=r[l+s+wr]-r[l-1-wr+s],l>=0&&(n[o+i+l*e]=a/s)}}function zg(n){let e=new ImageData(D,D),t=Ug(n);for(let s=0;s<D;s++)for(let r=0;r<
D;r++){let o=_e*(s*D+r),i=n[o+3];if(i<=0)continue;let a=4*((D-1-s)*D+r);for(let l=0;l<3;l++)e.data[a+l]=n[o+l]/i;e.data[a+
3]=255*Dg*(1-Math.exp(-i/t))}return Le(e)}function Ug(n){let[e,t]=[0,0];for(let s=3;s<n.length;s+=_e)e+=n[s],t+=n[s]**2;
return t/e||1}var qg=[56,96],Gg=2.5,Vg=4,jg=.25,Wg=2**26,vr=class{xy;unassignedCodes;topLevel;level;order=[];countsByLevel=new Map;constructor(e,t){
this.xy=e,this.unassignedCodes=Array.from({length:e.length/2},(r,o)=>o).filter(r=>Number.isFinite(e[2*r]+e[2*r+1])&&t(r));
let s=this.unassignedCodes.reduce((r,o)=>Math.max(r,Math.abs(e[2*o]),Math.abs(e[2*o+1])),0);this.topLevel=Math.floor(Math.
log2(s||1))+1,this.level=this.topLevel+1}representativesAt(e){let t=Math.min(e,this.topLevel);for(;this.level>t;)this.refineLevel();
return this.order.slice(0,this.countsByLevel.get(t))}refineLevel(){let e=2**--this.level,t=new Set(this.order.map(o=>this.
squareNumber(o,e))),s=new Map;for(let o of this.unassignedCodes){let i=this.squareNumber(o,e),a=s.get(i);!t.has(i)&&(a===
void 0||this.distanceToMiddle(o,e)<this.distanceToMiddle(a,e))&&s.set(i,o)}let r=new Set(s.values());this.order.push(...r),
this.unassignedCodes=this.unassignedCodes.filter(o=>!r.has(o)),this.countsByLevel.set(this.level,this.order.length)}squareNumber(e,t){
return Math.floor(this.xy[2*e]/t)*Wg+Math.floor(this.xy[2*e+1]/t)}distanceToMiddle(e,t){let[s,r]=[this.xy[2*e]/t,this.xy[2*
e+1]/t];return(s-Math.floor(s)-.5)**2+(r-Math.floor(r)-.5)**2}};function $g(n,e,t){let s=Math.floor(Math.log2(t/e.scale)),
r=2**s,o=r*e.scale;return n.representativesAt(s).flatMap(i=>{let[a,l]=[n.xy[2*i],n.xy[2*i+1]],[c,m]=e.toScreen(Math.floor(
a/r)*r,(Math.floor(l/r)+1)*r);return c<e.width&&m<e.height&&c+o>0&&m+o>0?[{k:i,left:c,top:m,side:o}]:[]})}function Kg(n,e){
let[t,s]=qg;return Math.min(s,Math.max(t,1.2*n))*e.markScale*Math.min(Gg,Math.max(1,e.zoom)**.3)}var Sr=class{haveInputsChanged=C();grid=new vr(
new Float32Array(0),()=>!0);tiles=[];codeIndexAt(e,t){return this.tiles.find(({left:s,top:r,side:o})=>e>=s&&t>=r&&e<s+o&&
t<r+o)?.k??-1}draw(e,t){let{codes:s,fields:r,view:o,sprites:i,colouredMask:a,settings:l}=t;this.haveInputsChanged(s.xy,s.
labels,[...l.hidden].join(),r.matches?.values)&&(this.grid=new vr(s.xy,u=>t.isVisible(u)));let c=$g(this.grid,o,Kg(Math.
max(...i.largestPictureSize),o));t.scene.isMoving||i.requestImages(c.map(({k:u})=>u),(c[0]?.side??0)*(window.devicePixelRatio||
1));let m=Math.max(2,(c[0]?.side??0)/40)*o.markScale;this.tiles=c.filter(({k:u,left:p,top:f,side:g})=>{let b=i.findPlace(
u);if(!b)return!1;let y=(g-Vg-m)/Math.max(b.width,b.height),[w,S]=[b.width*y,b.height*y],[M,x]=[p+(g-w)/2,f+(g-S)/2];return e.
globalAlpha=a&&!a[u]?jg:1,e.imageSmoothingEnabled=No(b,y),De(e,b,M,x,w,S),e.strokeStyle=ge(s,s.labels?s.labels[u]:-1),e.
lineWidth=m,e.strokeRect(M-m/2,x-m/2,w+m,S+m),!0}),e.globalAlpha=1,e.imageSmoothingEnabled=!0}};var Th=46,Xg=2,Yg=16,Zg=100,Jg=1536,Ch=(n,e)=>2**Math.floor(Math.log2(e/n.scale));function Qg(n,e=Th){let t=Ch(n,e),{x0:s,
x1:r,y0:o,y1:i}=n.visibleBox,a=[];for(let l=Math.floor(s/t);l*t<r;l++)for(let c=Math.floor(o/t);c*t<i;c++){let[m,u]=n.toScreen(
l*t,(c+1)*t);a.push({name:[t,l,c].join(),place:[(l+.5)*t,(c+.5)*t],left:m,top:u,side:t*n.scale})}return a}var xr=class{tiles=new tt(
Jg);version;versions;constructor(){k(this.tiles.sheet,{willReadFrequently:!0}),this.version="",this.versions=[]}visibleCells(e){
let t=Math.max(Th,...this.tiles.pictureSize),s=Ch(e,t)*e.scale,r=(Math.ceil(e.width/s)+1)*(Math.ceil(e.height/s)+1);return Qg(
e,r>this.tiles.capacity?2*t:t)}drawTiles(e,t){for(let{name:s,left:r,top:o,side:i}of this.visibleCells(t)){let a=this.tiles.
findPlace(s);if(!a)continue;let l=(i-Xg)/Math.max(a.width,a.height),[c,m]=[a.width*l,a.height*l];De(e,a,r+(i-c)/2,o+(i-m)/
2,c,m)}}*decodeMissing(e,t,s,r){let{tiles:o,version:i,versions:a}=this,l=([f,g])=>Math.hypot(f-e.centre[0],g-e.centre[1]),
c=this.visibleCells(e);o.markRecent(c.map(({name:f})=>f));let m=c.filter(({name:f})=>a[o.slotsByName.get(f)??-1]!==i);m.
sort((f,g)=>l(f.place)-l(g.place));let u=performance.now(),p=r(Yg);for(let f=0;f<m.length;f+=p){let g=m.slice(f,f+p);t(g.
map(({place:b})=>b)).forEach((b,y)=>a[o.put(g[y].name,b)]=i),performance.now()-u>Zg&&(s(),u=performance.now()),yield}m.length&&
s()}};var Ae=32,hs=2,[Mr,kh]=[7,14],Ar=class{canvases={};hasThemeChanged;constructor(e){for(let t of["under","chosen","cross"]){
let s=d("canvas",{class:"lp-mark",width:Ae*hs,height:Ae*hs,"aria-hidden":"true",hidden:!0});this.canvases[t]=e.appendChild(
s)}this.hasThemeChanged=C()}drawMarks(e){if(this.hasThemeChanged(e.text,e.background))for(let[t,s]of Object.entries(this.
canvases)){let r=k(s);r.setTransform(hs,0,0,hs,Ae*hs/2,Ae*hs/2),r.clearRect(-Ae,-Ae,2*Ae,2*Ae),At(r,0,0,t==="cross"?Mr:Mr+
3);for(let[i,a]of t==="cross"?[[1,0],[-1,0],[0,1],[0,-1]]:[])r.moveTo(Mr*i,Mr*a),r.lineTo(kh*i,kh*a);let o=t==="under"?1.5:
2.5;es({pen:r,theme:e},o,o+3)}}moveMark(e,t,s,r=1){let o=this.canvases[e];o.hidden=!Number.isFinite(t+s),o.hidden||(o.style.
transform=`translate(${t-Ae/2}px, ${s-Ae/2}px)${r===1?"":` scale(${r})`}`)}};var eb=[.5,.9],js=141,tb=.35,Ih=12e3,sb=1500,Tr=40,nb=.05,Ph=1e4;function Nh(n,e=!1){let t=n.length/2;if(t<2*Tr)return null;
let s=rb(n,e),[r,o]=Eh(n,0),[i,a]=e?[-Ph,Ph]:Eh(n,1),l={columns:js,rows:e?2:js,box:[r,o,i,a]},c=ob(n,l,e);Lh(c,l,1,s/(o-
r)*(js-1)),e||Lh(c,l,js,s/(a-i)*(js-1));let m=Float32Array.from({length:t},(p,f)=>ib(c,l,n[2*f],n[2*f+1]));return m.sort(),
{values:c.map(p=>1-(Ls(m,p)+1)/t),shape:[l.rows,l.columns],box:l.box,levels:eb}}function Eh(n,e){let t=Float64Array.from(
{length:n.length/2},(i,a)=>n[2*a+e]).sort(),s=t[Math.floor(.005*t.length)],r=t[Math.floor(.995*t.length)],o=tb*(r-s)||1;
return[s-o,r+o]}function rb(n,e){let t=n.length/2,s=Math.floor(t/Tr),r=Math.min(t,sb),o=Math.ceil(nb*r);return Float64Array.
from({length:Tr},(a,l)=>{let[c,m]=[n[2*l*s],n[2*l*s+1]];return Float64Array.from({length:r},(p,f)=>Math.hypot(n[2*f]-c,e?
0:n[2*f+1]-m)).sort()[o]}).sort()[Tr/2]}function ob(n,e,t){let s=new Float32Array(e.rows*e.columns);for(let r=0;r<n.length;r+=
2){let o=Fh(e,n[r],t?0:n[r+1]);if(o)for(let{index:i,share:a}of Oh(o,e))s[i]+=a}return t&&s.copyWithin(e.columns,0,e.columns),
s}function Fh({columns:n,rows:e,box:[t,s,r,o]},i,a){let l=(i-t)/(s-t)*(n-1),c=(a-r)/(o-r)*(e-1);if(!(l>=0&&c>=0&&l<n-1&&
c<e-1))return null;let[m,u]=[Math.floor(l),Math.floor(c)];return{first:u*n+m,dx:l-m,dy:c-u}}var Oh=({first:n,dx:e,dy:t},{
columns:s})=>[{index:n,share:(1-e)*(1-t)},{index:n+1,share:e*(1-t)},{index:n+s,share:(1-e)*t},{index:n+s+1,share:e*t}];function ib(n,e,t,s){
let r=Fh(e,t,s);return r?Oh(r,e).reduce((o,{index:i,share:a})=>o+a*n[i],0):0}function Lh(n,{columns:e,rows:t},s,r){let[o,
i]=s===1?[e,t]:[t,e],a=s===1?e:1,l=Math.ceil(3*Math.max(r,.8)),c=Float32Array.from({length:2*l+1},(u,p)=>Math.exp(-(((p-
l)/Math.max(r,.8))**2)/2)),m=new Float32Array(o);for(let u=0;u<i;u++){let p=u*a;for(let f=0;f<o;f++)m[f]=n[p+f*s];for(let f=0;f<
o;f++){let g=0;for(let b=Math.max(-l,-f);b<=Math.min(l,o-1-f);b++)g+=m[f+b]*c[b+l];n[p+f*s]=g}}}var ab=[12,24,48,96],Rh=16;function*Ni(n,e,t){for(let s of ab){let r=(l,c)=>Array.from({length:s},(m,u)=>l+(c-l)*(u+.5)/
s),[o,i]=[r(n.x0,n.x1),r(n.y0,n.y1)],a=new Float32Array(s*s);for(let l=0;l<a.length;l+=Rh){let c=Array.from({length:Rh},
(m,u)=>[o[(l+u)%s],i[Math.floor((l+u)/s)]]);a.set(e(c),l),yield}t({values:a,shape:[s,s],box:[o[0],o[s-1],i[0],i[s-1]]})}}var Dh={prior:"prior_xy",samples:"prior_xy",density:"density_grid"},lb=["density","manifold"],cb=.3,hb=120,Cr=class{plane;canvases;marks;codes=new yr;manifold=new xr;mosaic=new Sr;tasks;dirty;overlaysDirty;isMoving=!1;hasLegend=!0;hasCanvasChanged=C();densityImage=R(
Tc);judgeImage=R(Cc);heatImage=R(kc);heatGrid=null;estimateRegion=R(mb);priorImage=R(Ec);priorRings=R(Pc);placeClassNames=R(
vh);hasDensityChanged=C();softDensity=null;discriminatorSurface=null;restTimer;constructor(e){this.plane=e;let{base:t,overlay:s,
surface:r}=e.parts;this.canvases=[t,s],this.marks=new Ar(r),this.tasks=new $n(o=>t.setAttribute("aria-busy",String(o))),
this.dirty=this.overlaysDirty=!0}close(){this.tasks.close(),this.codes.close(),window.clearTimeout(this.restTimer)}isAvailable(e){
let{fields:t,header:s,slice:r}=this.plane;return e in s.layers?e==="regions"?r.decodable&&!!s.regions?.length:e==="manif\
old"?!!s.weights?.decoder&&r.decodable&&r.shownDimensions.length!==1:!(e in Dh)||!!t[Dh[e]]:!1}isShown(e){return this.plane.
settings.layers[e]&&this.isAvailable(e)&&!(this.plane.pastFrame&&lb.includes(e))}dropComputed(){this.manifold.tiles.slotsByName.
clear(),this.discriminatorSurface=this.heatGrid=null}updateLayers(){this.dirty=!0,this.startTasks()}onLegendToggled(e){this.
hasLegend=e,this.plane.redrawCodes()}onViewChanged(){this.dirty=!0,this.isMoving=!0,window.clearTimeout(this.restTimer),
this.restTimer=window.setTimeout(()=>{this.isMoving=!1,this.plane.refresh(!0)},hb)}startTasks(){let{plane:e}=this,{slice:t,
settings:s,header:r,view:o}=e,{networks:i,networksKey:a}=e.decoder;if(this.tasks.stop("judge"),this.tasks.stop("manifold"),
e.pastFrame||!i||!t.decodable||!o.width)return;let{z:l}=e;if((s.layers.judge||s.layers.push)&&i.discriminator){let m=p=>i.
discriminateMany(Uo(p,t,l)),u=p=>{this.discriminatorSurface=p,e.redrawCodes()};this.tasks.start("judge",Ni(o.visibleBox,
m,u))}if(!s.layers.manifold||!this.isAvailable("manifold"))return;if(r.features){let m=u=>{this.heatGrid=u,e.redrawCodes()};
this.tasks.start("manifold",Ni(o.visibleBox,this.featureShareFunction(i,r.features),m));return}this.manifold.version=JSON.
stringify([a,r.y,Array.from(t.moveTo(l,0,0))]),this.manifold.tiles.reset(i.image[2],i.image[1]);let c=m=>this.decodePlaces(
i,m).map(u=>de(u,i.image));this.tasks.start("manifold",this.manifold.decodeMissing(o,c,()=>e.redrawCodes(),m=>i.batchSizeFor(
m)))}decodePlaces(e,t){let{slice:s,z:r,header:o}=this.plane;return e.decodeMany(Uo(t,s,r),t.map(()=>o.y??-1))}featureShareFunction(e,t){
let{feature:s}=this.plane.settings,[r,o]=[t.lows[s],t.highs[s]],i=o-r||2*t.reaches[s];return a=>this.decodePlaces(e,a).map(
l=>(Pt(t,s,l[s])-r)/i)}draw(){let{theme:e,view:t}=this.plane,s=window.devicePixelRatio||1,[r,o]=[Math.round(t.width*s),Math.
round(t.height*s)];if(this.hasCanvasChanged(t.width,t.height,s,e.background)){for(let l of this.canvases)Object.assign(l,
{width:r,height:o}),Object.assign(l.style,{width:`${t.width}px`,height:`${t.height}px`});this.dirty=this.overlaysDirty=!0}
let[i,a]=this.canvases;this.dirty&&this.drawBase(bi(i,t,e,s),s),this.overlaysDirty&&this.drawOverlays(bi(a,t,e,s)),this.
dirty=this.overlaysDirty=!1,this.marks.drawMarks(e),this.moveMarks()}drawOverlays(e){for(let t of this.plane.overlays)e.
pen.save(),t(e),e.pen.restore()}drawBase(e,t){let{plane:s}=this,{fields:r,header:o,slice:i,pastFrame:a,view:l,theme:c}=s,
{pen:m}=e,u=this.visibleSurface();this.isShown("judge")&&u&&(a?Ac:Qt)(e,this.judgeImage(u),u),this.isShown("manifold")&&
o.features&&this.heatGrid&&Qt(e,this.heatImage(this.heatGrid),this.heatGrid),this.isShown("density")&&Qt(e,this.densityImage(
r.density_grid,c.text),r.density_grid);let p=this.visibleRegion(),f=this.isShown("judge")||this.isShown("manifold");if(p&&
!f&&Qt(e,this.priorImage(p),p),Dc(e),this.isShown("manifold")&&!o.features&&this.manifold.drawTiles(m,l),this.isShown("c\
odes")&&(m.globalAlpha=this.areCodesDimmed()?cb:1,this.drawSoftDensity(e),this.codes.draw(m,s,t),m.globalAlpha=1),this.isShown(
"samples")&&r.prior_xy&&Oc(e,r.prior_xy.values),p&&Lc(e,this.priorRings(p)),this.isShown("thumbs")&&this.mosaic.draw(m,s),
this.isShown("push")&&u&&hh(e,u),this.isShown("regions")){for(let b of o.sweeps??[])ts(e,b.map(y=>l.toScreen(...i.project(
y))),1.5);Fc(e,o.regions.map(({z:b,...y})=>({...y,place:i.project(b)})))}let g=this.drawClassNames(e);p&&Ic(e,this.priorRings(
p),g),_c(e,o.axis_names??[],this.isShown("manifold"))}drawSoftDensity(e){let{codes:t,settings:s,colouredMask:r}=this.plane;
this.hasDensityChanged(t.xy,t.labels,t.colours,[...s.hidden].join(),r)&&(this.softDensity=Mh(t,o=>this.plane.isVisible(o)&&
(!r||r[o]===1))),this.softDensity&&Qt(e,this.softDensity.image,this.softDensity)}visibleRegion(){let{fields:e,slice:t,prior:s,
header:r}=this.plane;return!this.isShown("prior")||r.brush?null:e.prior_mass??this.estimateRegion(s,t)}areCodesDimmed(){
let{colouredMask:e,header:t}=this.plane,s=Mc.filter(r=>r!=="manifold"||!t.features);return!e&&s.some(r=>this.isShown(r))}drawClassNames(e){
let{codes:t,settings:s,header:r,view:o}=this.plane;if(!this.hasLegend||!this.isShown("codes")||this.isShown("regions"))return[];
if(r.ranges_of)return[];let a=this.placeClassNames(t.xy,t.labels,r.classes.length).filter(({label:l})=>!s.hidden.has(l)).
map(({label:l,place:c})=>({name:r.classes[l],place:o.toScreen(...c)}));return Sh(e,a)}visibleSurface(){let{fields:e,decoder:t,
pastFrame:s}=this.plane;return s?s.surface:(t.networks?.discriminator?this.discriminatorSurface:e.judge_grid)??null}moveMarks(){
let{slice:e,z:t,view:s,codes:r,picked:o,hovered:i}=this.plane,a=l=>l>=0&&2*l<r.xy.length?s.toScreen(r.xy[2*l],r.xy[2*l+1]):
[NaN,NaN];this.marks.moveMark("under",...a(i),s.markScale),this.marks.moveMark("chosen",...a(o),s.markScale),this.marks.
moveMark("cross",...s.toScreen(...e.project(t)),s.markScale)}};function mb(n,e){if(!n.spec)return null;let t=We(n.drawSamples(
Ih),n.dim,e);return Nh(t,e.shownDimensions.length===1)}var ub=1/20,db=1/200,_h={arrowleft:[-1,0],arrowright:[1,0],arrowup:[0,1],arrowdown:[0,-1]},Bh=[{name:h("Arrows"),description:h(
"move z"),keys:Object.keys(_h),act:(n,{key:e,shiftKey:t})=>n.moveZ(_h[e.toLowerCase()],t?db:ub)},{name:h("Shift + arrows"),
description:h("move z finely")},{name:"Enter",description:h("select the code nearest to z"),act:n=>n.pickNearest()},{name:"\
I",description:h("the selected image: original, reconstruction, neighbours"),act:n=>n.openTool("inspect")},{name:"W",description:h(
"add a waypoint at z to the path"),act:({plane:n})=>n.events.emit("key",{id:"path"})},{name:"X",description:h("draw an i\
mage or drop a file"),act:n=>n.openTool("draw")},{name:"L",description:h("lasso: dragging draws a line around codes"),act:({
plane:n})=>n.pointer.toggleSelectionMode("lasso")},{name:"B",description:h("box: dragging draws a frame around codes"),act:({
plane:n})=>n.pointer.toggleSelectionMode("box")},{name:"A",description:h("select all visible codes"),act:({plane:n})=>n.
pointer.selectAll()},{name:"V",description:h("with two linked planes: move the codes to their places in the other"),act:({
plane:n})=>n.events.emit("key",{id:"travel"})},{name:"Esc",description:h("give up a drag, clear the selection, close thi\
s list"),keys:["escape"],act:n=>n.escape()},{name:h("+ and −"),description:h("zoom"),keys:["+","=","-","−","_"],act:(n,{
key:e})=>n.plane.zoomAt("+=".includes(e)?1.25:.8,...n.focusPoint())},{name:"0",description:h("the whole plane"),act:({plane:n})=>n.
changeView(()=>n.view.goHome())},...Me.map(({id:n,key:e,title:t})=>({name:e.toUpperCase(),description:t,act:({plane:s})=>{
s.scene.isAvailable(n)&&s.toggleLayer(n)}})),{name:"?",description:h("this list"),act:n=>n.toggleHelp()}],Hh=Bh.map(({name:n,
description:e})=>[n,e]),pb=new Map(Bh.flatMap(({name:n,keys:e=[n.toLowerCase()],act:t})=>e.map(s=>[s,t]))),zh=({key:n,ctrlKey:e,
altKey:t,metaKey:s})=>e||t||s?void 0:pb.get(n.toLowerCase());function Uh(n){let e=p=>n.zoomAt(p,n.view.width/2,n.view.height/2),t=()=>n.keyboard.toggleHelp(),s={base:d("canvas",{class:"\
lp-canvas","aria-hidden":"true"}),switches:d("div",{class:"lp-switches",role:"group","aria-label":h("Layers")}),selection:d(
"section",{class:"lp-selection","aria-label":h("Selected codes")}),lasso:we("◌",h("Lasso: draw a line around codes"),()=>n.
pointer.toggleSelectionMode("lasso")),box:we("▭",h("Box: draw a frame around codes"),()=>n.pointer.toggleSelectionMode(
"box")),overlay:d("canvas",{class:"lp-canvas","aria-hidden":"true"}),aside:d("div",{class:"lp-aside"}),below:d("div",{class:"\
lp-below"}),key:d("div",{class:"lp-key"}),foot:d("div",{class:"lp-foot"}),legend:Za(),notes:d("div",{class:"lp-notes",role:"\
status"}),card:d("div",{class:"lp-card","aria-hidden":"true",hidden:!0}),summary:d("p",{class:"lp-hidden","aria-live":"p\
olite",id:"lp-summary"}),panel:d("div",{class:"lp-panel"}),help:fb(t)},r=d("div",{class:"lp-corner",role:"group","aria-l\
abel":h("View")},we("+",h("Zoom in"),()=>e(1.5)),we("−",h("Zoom out"),()=>e(1/1.5)),we("⟲",h("Show the whole plane"),
()=>n.changeView(()=>n.view.goHome())),s.lasso,s.box,we("?",h("Keys"),t)),o=d("div",{class:"lp-surface",tabindex:"0",role:"\
application","aria-describedby":"lp-summary","aria-label":h("Latent plane: drag or use the arrow keys to decode, ? lists\
 the keys")},s.base,s.overlay);s.foot.append(s.key);let i=d("div",{class:"lp-plane"},o,r,s.foot,s.card,s.help),a=d("div",
{class:"lp-ground"},i,s.legend),l=d("div",{class:"lp-left"},s.switches,a),c=d("div",{class:"lp-right"},s.panel,s.selection,
s.aside),m=d("div",{class:"lp-body"},l,c),u=d("div",{class:"lp"},s.notes,m,s.below,s.summary);return{...s,surface:o,corner:r,
plane:i,ground:a,body:m,root:u}}function fb(n){let e=Hh.map(([t,s])=>d("div",{},d("dt",{},t),d("dd",{},s)));return d("di\
v",{class:"lp-help",role:"dialog",tabindex:"-1","aria-label":h("Keys of the latent plane"),hidden:!0,onkeydown:t=>{t.key===
"Escape"&&n()}},d("p",{},d("strong",{},h("Keys"))),d("dl",{},...e),d("p",{},h("Drag: decode. Right button or Shift and d\
rag: move the view. Wheel while the plane is active, or with Ctrl, or two fingers: zoom.")),v(h("Close"),n))}var gb=700,bb=h("The plane shows the painted prior. The codes follow with the first checkpoint."),qh=n=>St("{count} code",
"{count} codes",n,{count:n.toLocaleString("en")}),kr=class{plane;timer=0;constructor(e){this.plane=e,e.events.on("close",
()=>window.clearTimeout(this.timer))}scheduleUpdate(e){window.clearTimeout(this.timer),this.timer=window.setTimeout(()=>A(
this.plane.parts.summary,this.summaryText(e)),gb)}summaryText({density:e,dOfZ:t,likelihood:s}){let{header:r,picker:o,slice:i,
view:a,z:l}=this.plane;if(r.revision==="")return r.brush?"":bb;let c=i.decodable?o.nearestPoint(...i.project(l),a.extent/
4,u=>this.plane.isVisible(u)):-1,m=[h("z is {code}",{code:V(l,6)})];return Number.isNaN(e)||m.push(`log p(z) ${T(e)}`),Number.
isNaN(t)||m.push(`D(z) ${T(t)}`),s&&m.push(qt[s].toLowerCase()),c>=0&&m.push(h("nearest code: {name}",{name:this.plane.codeName(
c)})),h("{facts}. {plane}",{facts:m.join(", "),plane:this.planeText()})}planeText(){let{plane:e}=this,{codes:t,header:s,
settings:r,picked:o,selection:i}=e,a=Me.filter(({id:f})=>e.scene.isShown(f)).map(({title:f})=>f),l={codes:qh(t.xy.length/
2),layers:a.join(", ")||h("none")},c=[e.pastFrame?h("{codes}; layers: {layers}, as at step {step}.",{...l,step:e.pastFrame.
step.toLocaleString("en")}):h("{codes}; layers: {layers}.",l)],m=s.missing??h("no class"),p=[...r.hidden].map(f=>f<0?m:s.
classes[f]).join(", ");return p&&s.missing&&c.push(h("Hidden groups: {groups}.",{groups:p})),p&&!s.missing&&c.push(h("Hi\
dden classes: {classes}.",{classes:p})),o>=0&&c.push(h("Selected: code {index}, {name}.",{index:o,name:e.codeName(o)})),
i.mask&&c.push(h("{codes} selected together.",{codes:qh(i.indices.length)})),I(...c)}};function Gh(n){if(!n)return"";let[
e,t]=[n.shown,n.total].map(s=>s.toLocaleString("en"));return h("The plane shows {shown} of {total} codes, the same share\
 of each class.",{shown:e,total:t})}var Fi=4;function Vh(n,e){let t=n.parts.switches,{layers:s,allSwitches:r}=n.settings,o=e.length>Fi+1,i=e.map(({title:m})=>m).
join();t.dataset.content!==i&&(t.dataset.content=i,t.replaceChildren(...e.map(({id:m,key:u,title:p,explanation:f})=>v(p,
()=>n.toggleLayer(m),{"data-id":m,"aria-pressed":"false","aria-keyshortcuts":u,title:I(f??"",h("Key {key}",{key:u.toUpperCase()}))})),
...o?[v("",()=>n.unfoldSwitches(!n.settings.allSwitches),{class:"lp-button lp-more"})]:[]));let a=[...t.children];if(a.slice(
0,e.length).forEach((m,u)=>{m.setAttribute("aria-pressed",String(s[m.dataset.id??""])),m.hidden=o&&!r&&u>=Fi}),!o)return;
let l=e.slice(Fi).filter(({id:m})=>s[m]).length,c=a[e.length];c.setAttribute("aria-expanded",String(r)),c.textContent=r?
h("Fewer layers"):l?h("More layers ({count} on)",{count:l}):h("More layers")}var yb={manifold:h("Heat map of a feature"),thumbs:h("Charts at codes")},wb=800,Pr=class extends fr{drawNextFrame=Ue(()=>this.
draw());parts;panel;scene;overlays;sprites;items;selection;decoder;spokenSummary;heatKey;theme;constructor(){super(),this.
parts=Uh(this),this.panel=new gr(this),this.scene=new Cr(this),this.overlays=[],this.sprites=new ns(()=>this.onPicturesLoaded(),
()=>({networks:this.decoder.networks,z:this.fields.z?.values,content:this.codes.content??null})),this.items=new rs(()=>this.
onItemsLoaded()),this.selection=new dr(this.parts.selection,this),this.decoder=new is(this.panel.image,(e,t)=>this.onNetworksChanged(
e,t),()=>this.refresh()),this.spokenSummary=new kr(this),this.heatKey=new pr(this),this.events.on("differences",({features:e})=>this.
panel.chart.showFirst(e)),this.theme=Lt(this.parts.root),this.events.on("close",it(this.parts.surface,()=>this.resize())),
this.events.on("close",Ja(this.parts)),this.events.on("close",it(this.parts.legend,()=>{this.scene.onLegendToggled(this.
parts.legend.offsetWidth>0),this.resize()}))}close(){this.closed=!0,this.events.emit("close"),this.decoder.close(),this.
sprites.load(null),this.scene.close(),this.drawNextFrame.close();for(let e of[this.settleTimer,this.viewTimer])window.clearTimeout(
e);this.settleTimer=this.viewTimer=0}onNetworksChanged(e,t){this.panel.methodNote.textContent=e,this.setNote("weights",t),
this.refresh(!0),this.events.emit("networks")}onItemsLoaded(){this.closed||(this.selection.updatePanel(),this.hovered>=0&&
this.sprites.showCard(this,this.hovered),this.events.emit("pictures"))}onPicturesLoaded(){this.closed||(this.selection.updatePanel(),
this.hovered>=0&&this.sprites.showCard(this,this.hovered),this.redrawCodes(),this.events.emit("pictures"))}setNote(e,t){
Ee(this.parts.notes,e,t)}setDragging(e){e&&this.sendPending(),e&&(this.missedMessage=!1),this.dragging=e,this.scene.tasks.
setPaused(e),this.events.emit("drag",{on:e})}selectCodes(e,t=[]){this.selection.setMask(e&&e.map((s,r)=>Number(s&&this.isVisible(
r)))),this.outline={polygon:this.selection.mask?t:[],step:this.pastFrame?.step??null},this.onSelectionChanged(),this.events.
emit("changed",{setting:"lasso"})}selectInside(e){e.length<6?this.selectCodes(null):this.selectCodes(qc(this.codes.xy,e,
t=>this.isVisible(t)),e)}get colouredMask(){return this.selection.mask??this.fields.matches?.values??null}onSelectionChanged(){
this.redrawCodes();let{mask:e}=this.selection;this.events.emit("choose",{mask:e}),E.emit("selection",{revision:this.header.
revision,mask:e})}setHovered(e){let t=this.dragging?-1:e;t!==this.hovered&&(this.hovered=t,this.parts.card.hidden=t<0,t>=
0&&this.sprites.showCard(this,t),this.refresh(),this.events.emit("hover",{index:t}))}hasThumbnail(e){return this.scene.isShown(
"thumbs")&&this.scene.mosaic.tiles.some(({k:t})=>t===e)}codeIndexAt(e,t){let s=this.scene.isShown("thumbs")?this.scene.mosaic.
codeIndexAt(e,t):-1;return s>=0?s:super.codeIndexAt(e,t)}zoomAt(e,t,s){this.changeView(()=>this.view.zoomAt(e,t,s))}changeView(e,t="\
person"){e(),this.setHovered(-1),this.scene.onViewChanged(),this.redrawOverlays(),this.events.emit("view"),window.clearTimeout(
this.viewTimer);let s=t==="person"&&this.header.report?.includes("view");this.viewTimer=s?window.setTimeout(()=>this.sendView(),
wb):0}copyView(e){this.changeView(()=>this.view.copyFrom(e),"link")}resize(){let{clientWidth:e,clientHeight:t}=this.parts.
surface;if(!e||!t)return;this.view.markScale=Ua(this.parts.root);let s=window.devicePixelRatio||1,r=o=>Math.round(o*s)/s;
this.view.reserve=Qa(this.parts.legend),this.view.resize(r(e),r(t)),this.scene.onViewChanged(),this.redrawOverlays()}toggleClass(e){
let{hidden:t}=this.settings;t.delete(e)||t.add(e),this.updateClasses(),this.events.emit("changed",{setting:"hidden"})}hideClasses(e){
this.settings.hidden=new Set(e),this.updateClasses()}updateClasses(){Ps(this),this.selection.dropHidden()&&this.onSelectionChanged(),
this.redrawCodes(),this.events.emit("classes")}toggleLayer(e){let{layers:t}=this.settings;if(t[e]=!t[e],this.updateLayers(),
!this.header.report?.includes("layers"))return;let s=this.layersMessage();this.settings.layerEchoes.noteSent(s),this.sendMessage(
"layers",JSON.parse(s))}applyLayers(e){Object.assign(this.settings.layers,e),this.settings.layerEchoes.noteSent(this.layersMessage()),
this.updateLayers()}layersMessage(){return JSON.stringify(Object.fromEntries(Object.keys(this.header.layers).map(e=>[e,this.
settings.layers[e]])))}updateLayers(){this.updateShapes(),Ps(this),this.updateSwitches(),this.refresh(!0),this.events.emit(
"layers")}showFeatureOnHeatMap(e){this.settings.feature=e,this.updateSwitches(),this.refresh(!0),this.events.emit("chang\
ed",{setting:"feature"})}updateSwitches(){let e=!!this.header.features,t=Me.filter(({id:s})=>this.scene.isAvailable(s)).
map(s=>({...s,title:e&&yb[s.id]||s.title}));ah(this,t.filter(({id:s})=>this.scene.isShown(s))),Vh(this,t)}unfoldSwitches(e){
this.settings.allSwitches=e,this.updateSwitches(),this.events.emit("changed",{setting:"more"})}refresh(e=!1){e&&this.scene.
updateLayers(),this.drawNextFrame()}addOverlay(e){this.overlays.push(e)}redrawCodes(){this.scene.dirty=!0,this.refresh()}redrawOverlays(){
this.scene.overlaysDirty=!0,this.refresh()}draw(){if(!this.ready||!this.view.width)return;let e=this.prior.isTypical(this.
z),t=this.prior.likelihood(this.z,e),s={density:this.prior.logDensity(this.z),dOfZ:NaN,isTypical:e,likelihood:t},r=this.
header.has_controls_beside&&this.decoder.usesServer;this.z.length&&!r&&(s.dOfZ=this.decoder.paintCode(this.z,this.header.
y??null)),this.pastFrame&&(s.dOfZ=this.pastFrame.discriminatorAt(this.z)),this.panel.showFacts(s),this.scene.draw(),this.
events.emit("drawn",{dOfZ:s.dOfZ}),this.spokenSummary.scheduleUpdate(s)}};var vb=900,Oi=4e3,Ri=10,Di=9,Er=class{plane;entries=new Map;pickedHere=!1;constructor(e){this.plane=e;let{events:t}=e;E.
on("link",({query:s})=>this.writeLink(s),t),t.on("data",({isOtherRevision:s})=>this.restoreSettings(s)),t.on("pick",({source:s})=>this.
pickedHere=s==="person"),t.on("tool",()=>this.scheduleSend("open")),t.on("changed",({setting:s})=>this.scheduleSend(s)),
t.on("rest",()=>this.sendPending()),t.on("close",()=>{for(let{timer:s}of this.entries.values())window.clearTimeout(s);this.
entries.clear()});for(let[s,r]of Object.entries(xb(e)))this.addSetting(s,r)}addSetting(e,t){this.entries.set(e,{setting:t,
sent:new _,timer:0})}restoreSettings(e){let{setting_texts:t,names:s}=this.plane.header;if(!(!t||!s))for(let[r,{setting:o,
sent:i}]of this.entries){let a=t[r]??"",l=i.isNewValue(a);s[r]&&(l||e)&&o.toText()!==a&&o.restore(a)}}scheduleSend(e){let{
report:t,names:s}=this.plane.header,r=this.entries.get(e);!r||!t?.includes(e)||!s?.[e]||(window.clearTimeout(r.timer),r.
timer=window.setTimeout(()=>this.sendSetting(e),vb))}sendPending(){for(let[e,{timer:t}]of this.entries)t&&this.sendSetting(
e)}sendSetting(e){let t=this.entries.get(e);if(!t)return;window.clearTimeout(t.timer),t.timer=0;let s=this.textOf(e);(t.
sent.latest??"")!==s&&(t.sent.noteSent(s),this.plane.sendMessage(e,{text:s}))}textOf(e){let t=this.entries.get(e)?.setting.
toText()??"";return t.length>Oi?"":t}writeLink(e){let{plane:t}=this,{header:s,view:r}=t,{names:o}=s;if(!t.ready||!o)return;
let i=(f,g)=>{o[f]&&(g?e.set(o[f],g):e.delete(o[f]))};(!s.link||t.picked<0||this.pickedHere)&&i("z",Array.from(t.z,f=>ee(
f,Di)).join()),t.picked!==(s.picked??-1)&&i("picked",Sb(t));let a=Object.keys(s.layers),l=a.filter(f=>t.settings.layers[f]);
a.some(f=>l.includes(f)!==s.layers[f])&&e.set(o.layers,l.join());let{x0:c,x1:m,y0:u,y1:p}=r.visibleSquare;i("view",r.isAtHome?
"":[c,m,u,p].map(f=>ee(f,Ri)).join());for(let f of this.entries.keys())i(f,this.textOf(f));t.events.emit("link",{writeSetting:i})}};
function Sb({picked:n,header:e}){return n<0?"":e.link?`${n}~${e.link.side}`:String(n)}var xb=n=>({hidden:{toText:()=>[...n.
settings.hidden].sort((e,t)=>e-t).join(),restore:e=>{n.hideClasses(e?e.split(",").map(Number):[])}},lasso:Mb(n),open:{toText:()=>[
...n.tools.sections.keys()].filter(e=>n.tools.isOpen(e)).join(),restore:e=>{let t=e.split(",");for(let[s,r]of n.tools.sections)
r.hidden||(r.open=t.includes(s))}},feature:{toText:()=>n.header.features&&n.settings.feature?String(n.settings.feature):
"",restore:e=>n.showFeatureOnHeatMap(Number(e))},more:{toText:()=>n.settings.allSwitches?"1":"",restore:e=>{n.settings.allSwitches=
!!e,n.updateSwitches()}}});function Mb(n){let e="",t=s=>n.selectInside(s?s.replace("~","").split(",").map(Number):[]);return n.
events.on("moment",()=>{e&&n.pastFrame&&t(e)}),n.events.on("choose",()=>e=""),{toText:()=>{let{polygon:s,step:r}=n.outline;
return e||!n.selection.mask||!s.length||r!==null&&r!==n.pastFrame?.step?e:s.join()+(r===null?"":"~")},restore:s=>{s.endsWith(
"~")&&!n.pastFrame?e=s:t(s)}}}var Ab=.0016,Tb=5,_i=400,Cb=[1,16,_i],kb=h("The wheel scrolls the page. Click the plane, or hold Ctrl, to zoom."),Pb=4e3,
jh="wheel explained";function Wh(n,e){let t=n.parts.surface,s=d("p",{class:"lp-hint",role:"status",hidden:!0});n.parts.plane.
append(s);let r=()=>{Dt("sessionStorage",jh)||($e("sessionStorage",jh),s.hidden=!1,A(s,kb),window.setTimeout(()=>s.hidden=
!0,Pb))},o=i=>{if(!i.ctrlKey&&!t.matches(":focus"))return r();i.preventDefault(),s.hidden=!0;let{x:a,y:l}=e(i),c=Math.max(
-_i,Math.min(_i,i.deltaY*Cb[i.deltaMode]));n.zoomAt(Math.exp(-c*Ab*(i.ctrlKey?Tb:1)),a,l)};t.addEventListener("wheel",o,
{passive:!1})}var Eb=4;function $h(n,e){let t=n.parts.surface,s=new Bi(n,e,t);t.addEventListener("pointerdown",r=>s.onPress(r)),t.addEventListener(
"pointermove",r=>s.onMove(r)),t.addEventListener("pointerup",r=>s.onRelease(r)),t.addEventListener("pointercancel",r=>s.
onRelease(r)),t.addEventListener("pointerleave",()=>s.onLeave()),t.addEventListener("contextmenu",r=>r.preventDefault()),
Wh(n,r=>s.pointOf(r))}var Bi=class{plane;pointer;element;pointers=new Map;gesture=null;constructor(e,t,s){this.plane=e,this.
pointer=t,this.element=s}pointOf(e){let t=this.element.getBoundingClientRect();return{x:e.clientX-t.left-this.element.clientLeft,
y:e.clientY-t.top-this.element.clientTop}}onPress(e){let t=this.pointOf(e);if(this.pointers.set(e.pointerId,t),this.element.
setPointerCapture(e.pointerId),this.pointers.size===2)this.gesture?.mode==="drag"&&this.pointer.cancel(),this.gesture={...t,
moved:!0,mode:"pinch"};else if(this.pointers.size===1){let s=e.button===0&&!e.shiftKey?"drag":"pan";this.gesture={...t,moved:!1,
mode:s},s==="drag"&&this.pointer.press(t.x,t.y,e.target)}}onMove(e){let{gesture:t}=this,s=this.pointOf(e),r=this.pointers.
get(e.pointerId);if(!r||!t)return this.plane.setHovered(this.plane.codeIndexAt(s.x,s.y));t.moved||=Math.hypot(s.x-t.x,s.
y-t.y)>Eb,t.mode==="drag"?this.pointer.drag(s.x,s.y):t.mode==="pan"?this.pan(s.x-r.x,s.y-r.y):this.pinch(e.pointerId,r,s),
this.pointers.set(e.pointerId,s)}pan(e,t){this.plane.changeView(()=>this.plane.view.panBy(e,t))}pinch(e,t,s){let r=[...this.
pointers].find(([a])=>a!==e)?.[1];if(!r)return;this.pan((s.x-t.x)/2,(s.y-t.y)/2);let[o,i]=[Math.hypot(s.x-r.x,s.y-r.y),Math.
hypot(t.x-r.x,t.y-r.y)];i>1&&o>1&&this.plane.zoomAt(o/i,(s.x+r.x)/2,(s.y+r.y)/2)}onRelease(e){let{gesture:t}=this;if(!this.
pointers.delete(e.pointerId)||!t)return;let s=this.pointOf(e);t.mode==="drag"&&e.type==="pointerup"?this.pointer.release(
s.x,s.y,t.moved):t.mode==="drag"&&this.pointer.cancel(),this.pointers.size===0&&(this.gesture=null)}onLeave(){this.pointers.
size||this.plane.setHovered(-1)}};function Lb(n,e=180){let t=[];for(let r=0;r<n.length;r+=2)t.push([n[r],n[r+1]]);let s=r=>{let[o,i,a]=[t[(r+t.length-1)%t.
length],t[r],t[(r+1)%t.length]];return Math.abs((i[0]-o[0])*(a[1]-o[1])-(a[0]-o[0])*(i[1]-o[1]))};for(;t.length>e;){let r=0;
for(let o=1,i=s(0);o<t.length;o++){let a=s(o);a<i&&([r,i]=[o,a])}t.splice(r,1)}return t.flat()}function Kh(n,e){let t=Lb(
n),s=[];for(let r=0;r<t.length;r+=2)s.push(...e.toPlane(t[r],t[r+1]));return s.map(r=>Number(r.toPrecision(7)))}var Lr=class{plane;lasso;selectionMode="";dragHandlers=new WeakMap;activeDrag=null;dragStart;constructor(e){this.plane=e,
this.lasso=new nr(e.parts.surface),this.dragStart={z:e.z,centre:e.view.centre,x:0,y:0},this.toggleSelectionMode(""),$h(e,
this);let t=()=>Object.assign(this.dragStart,{z:e.z,centre:e.view.centre});e.events.on("drag",({on:s})=>{s&&t()}),e.events.
on("data",({isOtherRevision:s})=>{s&&t()})}press(e,t,s){let{plane:r}=this;r.parts.surface.focus({preventScroll:!0}),r.setHovered(
-1),this.activeDrag=(s&&this.dragHandlers.get(s)?.())??this.selectionMode,typeof this.activeDrag!="object"&&(r.setDragging(
!0),Object.assign(this.dragStart,{x:e,y:t}),this.activeDrag&&this.lasso.setCorners([e,t]),this.drag(e,t))}drag(e,t){let{
plane:s,dragStart:r,activeDrag:o}=this;if(o!==null){if(typeof o=="object")return o.move(e,t);if(o==="box")return this.lasso.
setBox(r.x,r.y,e,t);if(o)return this.lasso.addCorner(e,t);if(s.slice.decodable)return s.setZ(s.slice.moveTo(s.z,...s.view.
toPlane(e,t)),"drag");s.view.centre=r.centre,s.changeView(()=>s.view.panBy(e-r.x,t-r.y))}}release(e,t,s){let{plane:r,activeDrag:o}=this;
if(o===null||(this.activeDrag=null,typeof o=="object"))return;r.setDragging(!1),o&&this.selectPolygon(this.lasso.finish());
let i=s||o?-1:r.codeIndexAt(e,t);i>=0?r.pickCode(i):!o&&r.slice.decodable?r.sendZ():this.applyMissedMessages()}cancel(){
let{plane:e,dragStart:t,activeDrag:s}=this;if(s!==null){if(this.activeDrag=null,typeof s=="object")return s.cancel();e.setDragging(
!1),s?this.lasso.finish():e.slice.decodable?(e.setZ(t.z,"drag"),ul(e)):e.changeView(()=>e.view.centre=t.centre),this.applyMissedMessages()}}applyMissedMessages(){
this.plane.applyMissedMessage(),K(this.plane,"z")?.applyMissedMessage()}selectPolygon(e){this.plane.selectInside(Kh(e,this.
plane.view))}selectAll(){let{width:e,height:t}=this.plane.view;this.selectPolygon([0,0,e,0,e,t,0,t])}toggleSelectionMode(e){
this.selectionMode=this.selectionMode===e?"":e;for(let t of["lasso","box"])this.plane.parts[t].setAttribute("aria-presse\
d",String(this.selectionMode===t))}};var Xh=ie((n,{layers:e})=>({layers:Object.fromEntries(Me.map(({id:s,on:r})=>[s,e?.[s]??r])),layerEchoes:new _,hidden:new Set,
allSwitches:!1,feature:0}));function Yh(n,e){let[t,s]=[n,e].map(({header:{code:o,picked:i,view:a,frame:l,setting_texts:c,
...m}})=>JSON.stringify(m)),r=new Map(Object.entries(n.fields));return t===s&&Object.entries(e.fields).every(([o,{values:i}])=>o===
"image"||Ib(r.get(o)?.values,i))}function Ib(n,e){if(!n||n===e)return n===e;let[t,s]=[n,e].map(r=>new Uint8Array(r.buffer,
r.byteOffset,r.byteLength));return t.length===s.length&&t.every((r,o)=>r===s[o])}var Zh=16,Ir=class{plane;constructor(e){this.plane=e,e.parts.surface.addEventListener("keydown",t=>this.onKey(t)),e.parts.
plane.addEventListener("focusout",()=>e.sendPending())}onKey(e){let t=zh(e);!t||!this.plane.ready||(e.preventDefault(),e.
stopPropagation(),t(this,e))}toggleHelp(e=this.plane.parts.help.hidden){let{help:t,surface:s}=this.plane.parts;t.hidden=
!e,(e?t:s).focus(),t.scrollTop=0}focusPoint(){let{view:e,slice:t,z:s}=this.plane,[r,o]=e.toScreen(...t.project(s));return Number.
isFinite(r+o)?[r,o]:[e.width/2,e.height/2]}moveZ([e,t],s){let{plane:r}=this,{view:o,slice:i}=r;if(!i.decodable)return;let a=s*
o.extent/o.zoom,[l,c]=i.project(r.z);r.setZ(i.moveTo(r.z,l+e*a,c+t*a),"keys");let[m,u]=this.focusPoint(),p=(b,y)=>Math.min(
0,y-Zh-b)+Math.max(0,Zh-b),[f,g]=[p(m,o.width),p(u,o.height)];(f||g)&&r.changeView(()=>o.panBy(f,g)),r.scheduleSendZ()}pickNearest(){
let{plane:e}=this,t=e.picker.nearestPoint(...e.slice.project(e.z),4*e.view.extent,s=>e.isVisible(s));t>=0&&e.pickCode(t)}escape(){
let{plane:e}=this;if(e.pointer.activeDrag!==null)return e.pointer.cancel();if(!e.parts.help.hidden)return this.toggleHelp(
!1);if(e.selection.mask)return e.selectCodes(null);if(e.pointer.selectionMode)return e.pointer.toggleSelectionMode("");e.
picked>=0&&e.pickCode(-1)}openTool(e){this.plane.tools.openAndFocus(e),this.plane.events.emit("key",{id:e})}};var Nb=new W(24),Jh=(n,e)=>Nb.getOrFetch(`${n.id} ${e}`,async()=>{let t=await n.fetchColouring(e);if(!t)throw new Error(
e);return t}).catch(()=>null),Nr=class{plane;columns=new _;choice=null;latestChoice=0;constructor(e){this.plane=e,E.on("\
colour",({column:t,promises:s})=>{this.canFetch&&s.push(this.choose(t))},e.events),E.on("colours",({columns:t})=>{this.prefetch(
t)},e.events)}get canFetch(){let{ready:e,header:t,decoder:s}=this.plane;return e&&!t.link&&s.server.canRequest("colourin\
g")}async choose(e){let{plane:t}=this,{server:s}=t.decoder,r=++this.latestChoice,o=await Jh(s,e);r!==this.latestChoice||
t.closed||t.decoder.server.id!==s.id||!o||(this.columns.noteSent(e),this.choice={serverId:s.id,colouring:o},t.recolour(this.
applyTo(t,o)))}async prefetch(e){let{plane:t}=this,{server:s}=t.decoder;for(let r of e){if(t.closed||!this.canFetch||t.decoder.
server.id!==s.id)return;await Jh(s,r)}}colourMessage(e){let{choice:t}=this,s=this.columns.isNewValue(e.header.colour),r=t?.
serverId!==Object.values(e.header.server??{}).join();return!t||s||r||t.colouring.header.colour===e.header.colour?(this.choice=
null,e):this.applyTo(e,t.colouring)}applyTo({header:e,fields:{groups:t,...s}},r){return{header:{...e,...r.header},fields:{
...s,...r.fields}}}};var Fb=8;function Fr(n,e,t,s=-1){let r=Ge(n,e,t,new Float64Array(Math.floor(n.length/e)));return s>=0&&(r[s]=1/0),Ne(r,Fb).
map(o=>({index:o,distance:Math.sqrt(r[o])}))}function Or(n,e){let t=e.map(({index:r,distance:o})=>{let i=n.codeName(r),a=n.
sprites.thumbnail(r);return d("button",{type:"button",class:"lp-near","aria-label":h("Code {index}, {name}, {distance} a\
way: select it",{index:r,name:i,distance:T(o)}),onclick:()=>n.pickCode(r)},...a?[a]:[],d("span",{},`${i} · ${T(o)}`))}),
s=h("The {count} nearest codes: class and distance.",{count:e.length});return d("div",{},d("p",{class:"lp-note"},s),d("d\
iv",{class:"lp-figures"},...t))}function Rr(n,e){return n.setAttribute("role","img"),n.setAttribute("aria-label",e),d("f\
igure",{},n,d("figcaption",{},e))}var ms=n=>n.contents?.length?h("All with the content {content}.",{content:n.contents[n.y??0]}):"";async function he({decoder:n,
header:e},t,s,r=e.contents?.length?t.map(()=>e.y??0):null){if(!t.length)return{images:[],shape:[1,1,1],dOfZ:NaN};let{networks:o,
server:i}=n;if(o)return{images:o.decodeMany(t,r),shape:o.image,dOfZ:o.discriminate(t[0])};let{images:a,d_of_z:l}=await i.
decode(t,r,s);return{...Et(a),dOfZ:l?l.values[0]:NaN}}var Qh=64;async function Hi({decoder:n,header:e}){try{return{encode:await n.loadEncoder(),encodingPlace:"in this page"}}catch{
return{encode:t=>n.server.encode(Ha(t,e.preprocessing?.image??[])),encodingPlace:"on the server"}}}async function em(n,e,t){
let s=Float32Array.from(await e(t));if(!s.every(Number.isFinite))throw new Error(h("The encoder returned no valid code f\
or this image."));let{contents:r,y:o}=n.header,i=r?.length??0,a=[],l=t,c=NaN;for(let u=0;u<(i||1);u+=Qh){let p=i?Array.from(
{length:Math.min(Qh,i-u)},(b,y)=>u+y):null,f=new Array(p?.length??1).fill(s),g=await he(n,f,void 0,p);a.push(...g.images.
map(b=>Ob(t,b))),c=g.dOfZ,l=g.images[i?Number(o)-u:0]??l}let m=Math.min(...a);return{x:t,z:s,reconstruction:l,error:m,best:i?
a.indexOf(m):null,dOfZ:c}}var Ob=(n,e)=>n.reduce((t,s,r)=>t+.5*(s-e[r])**2,0);function tm(n){let e=new Map;for(let o of n)o!==null&&e.set(o,(e.get(o)??0)+1);let t=Math.max(0,...e.values()),s=[...e].
filter(([,o])=>o===t).map(([o])=>o);if(!t)return"";let r=n.length;return s.length>1?h("Its nearest codes disagree: {name\
s} ({most} of {total} each).",{names:s.join(", "),most:t,total:r}):h("Class of its nearest codes: {name} ({most} of {tot\
al}).",{name:s[0],most:t,total:r})}function sm(n,e,t){let s=T(n,1),r=typeof e=="string"?null:e,o=r?T(r.limit,1):"";if(r!==
null&&n>r.limit)return t===!1?h("It is off the manifold: the decoder cannot reconstruct it (error {error}; 99 % of the d\
ata set’s images stay below {limit}), and its code lies outside 99 % of the prior.",{error:s,limit:o}):h("It is off th\
e manifold: the decoder cannot reconstruct it (error {error}; 99 % of the data set’s images stay below {limit}).",{error:s,
limit:o});if(t===!1)return h("It is off the manifold: its code lies outside 99 % of the prior.");if(r)return h("The deco\
der reconstructs it with error {error}; typical is {typical}, and 99 % of the images stay below {limit}.",{error:s,typical:T(
r.typical,1),limit:o});let a=h("The decoder reconstructs it with error {error}.",{error:s});return I(a,e)}function nm(n,e,t){
let s=h("Reconstructed with content {name}, as chosen on this page.",{name:n[e]}),r=t===e?h("No other content is closer."):
h("Content {name} is closest.",{name:n[t]});return I(s,r)}function rm(n,e,t,s){let r=[0,1].map(m=>{let u=n.flatMap(p=>p.filter((f,g)=>g%2===m));return[u.reduce((p,f)=>Math.min(p,
f),1/0),u.reduce((p,f)=>Math.max(p,f),-1/0)]}),[o,i]=r.map(([m,u])=>u-m),l=Math.max(o,i)<t?1:Math.min((e-t)/o,(e*s-t)/i),
c=r.map(([m,u])=>(m+u)/2);return n.map(m=>m.map((u,p)=>(u-c[p%2])*l+(p%2?s/2:.5)))}function zi(n,e,t,s,{paper:r,ink:o}){
n.fillStyle=r,n.fillRect(0,0,n.canvas.width,n.canvas.height),n.strokeStyle=o,n.lineWidth=s*t,n.lineCap=n.lineJoin="round";
for(let i of e){n.beginPath(),n.moveTo(i[0]*t,i[1]*t);for(let a=0;a<i.length;a+=2)n.lineTo(i[a]*t,i[a+1]*t);n.stroke()}}var us=224,Rb=1/400,Db={dark:{paper:"#000",ink:"#fff"},light:{paper:"#fff",ink:"#000"}},Ui=({ground:n,image:[e]})=>e===1&&
n!==null,Dr=class extends zt{onChange;strokes=[];preprocessing={fill:null,centre:"box",ground:null,stroke:.09,image:[1,1,
1]};buttons;constructor(e){super({tool:"pen",step:1/20,fine:1/100,edge:0,begin:t=>this.strokes.push([...t]),draw:(t,s)=>this.
extendStroke(s),end:t=>this.finishStroke(t),undo:()=>this.undo(),paint:()=>this.paint(),placeText:()=>this.placeText()},
{class:"lp-pad","aria-label":h("Drawing pad"),"aria-describedby":"lp-pad-keys"},{class:"lp-note lp-pad-keys",id:"lp-pad-\
keys"}),this.onChange=e,this.buttons=d("div",{class:"lp-switches"},v(h("Undo"),()=>this.undo()),v(h("Clear"),()=>this.clear()),
this.announcement)}setPreprocessing(e){let[,t,s]=e.image;for(let r of[this.canvas,this.hint,this.buttons])r.hidden=!Ui(e);
this.preprocessing=e,this.size=[1,t/s],this.place=[.5,this.size[1]/2],this.canvas.width=us,this.canvas.height=Math.round(
us*this.size[1]),this.paint()}get colours(){return Db[this.preprocessing.ground??"dark"]}toImageData(){if(!this.strokes.
length||this.canvas.hidden)return null;let{fill:e,stroke:t,image:[,s,r]}=this.preprocessing,o=Math.max(8,Math.ceil(us/r)),
i=d("canvas",{width:r*o,height:s*o}),a=k(i,{willReadFrequently:!0}),l=e===null?this.strokes:rm(this.strokes,e,t,this.size[1]);
return zi(a,l,r*o,t,this.colours),a.getImageData(0,0,i.width,i.height)}extendStroke([e,t]){let s=this.strokes[this.strokes.
length-1],[r,o]=s.slice(-2);Math.hypot(e-r,t-o)>=Rb&&s.push(e,t)}finishStroke(e){e?this.onChange():this.strokes.pop()}undo(){
this.isDown=!1,this.strokes.pop()&&(this.requestPaint(),this.onChange())}clear(){this.removeStrokes(),this.onChange()}removeStrokes(){
this.isDown=!1,this.strokes=[],this.requestPaint()}placeText(){return h("{across} across, {down} down",{across:Math.round(
100*this.place[0]),down:Math.round(100*this.place[1]/this.size[1])})}drawInvitation(e){e.globalAlpha=.6,e.fillStyle=this.
colours.ink,e.font="18px sans-serif",e.textAlign="center",e.fillText(this.preprocessing.invitation??"",us/2,this.canvas.
height/2+6),e.globalAlpha=1}paint(){let e=k(this.canvas);zi(e,this.strokes,us,this.preprocessing.stroke,this.colours),this.
strokes.length||this.drawInvitation(e),this.canvas.matches(":focus-visible")&&this.drawRing(e,us,6,"#56b4e9")}};var om=32*2**20,im=64e6,_b=1024;async function am(n){let e=n.name?`“${n.name.slice(0,60)}”`:h("The pasted image");if(n.
size>om)throw new Error(h("{name} is larger than {size} MB; save it at a smaller size.",{name:e,size:om>>20}));let t;try{
t=await createImageBitmap(n,{colorSpaceConversion:"none",premultiplyAlpha:"none"})}catch{throw new Error(h("{name} is no\
t an image that this browser can read; use a PNG or JPEG file.",{name:e}))}let{width:s,height:r}=t;if(s*r>im)throw new Error(
h("{name} has more than {count} million pixels; save it at a smaller size.",{name:e,count:im/1e6}));let o=Math.min(1,_b/
Math.max(s,r)),[i,a]=[s,r].map(c=>Math.max(1,Math.round(c*o))),l=k(d("canvas",{width:i,height:a}),{willReadFrequently:!0});
return l.imageSmoothingQuality="high",l.drawImage(t,0,0,i,a),t.close(),l.getImageData(0,0,i,a)}function qi(n){let e=Array.
from(n?.files??[]);return e.find(({type:t})=>t.startsWith("image/"))??e[0]??null}function lm(n,e,t,s){return Array.from({length:s},(r,o)=>{let[i,a]=[e+o*t,e+(o+1)*t];return t>=1?Bb(n,i,a):Hb(n,(i+a)/2)})}
function Bb(n,e,t){let s=Math.max(0,Math.floor(e)),r=[];for(let o=s;o<Math.min(n,Math.ceil(t));o++)r.push((Math.min(o+1,
t)-Math.max(o,e))/(t-e));return{first:s,weights:r}}function Hb(n,e){let t=Math.min(Math.max(e,.5),n-.5)-.5,s=Math.floor(
t),r=t-s;return r?{first:s,weights:[1-r,r]}:{first:s,weights:[1]}}function Gi(n,e,t,s){let r=lm(n.width,e.left,e.width/t,
t),o=lm(n.height,e.top,e.height/s,s),i=new Float32Array(t*n.height);for(let l=0;l<n.height;l++)r.forEach(({first:c,weights:m},u)=>{
let p=0;for(let f=0;f<m.length;f++)p+=m[f]*n.values[l*n.width+c+f];i[l*t+u]=p});let a=new Float32Array(t*s);return o.forEach(
({first:l,weights:c},m)=>{for(let u=0;u<c.length;u++)for(let p=0;p<t;p++)a[m*t+p]+=c[u]*i[(l+u)*t+p]}),{values:a,width:t,
height:s}}var ds=[.299,.587,.114],zb=.1,Ub=.02,cm=6;function ji(n,e,t){let[s,r,o]=e,{fill:i,centre:a,ground:l,margins:c=!1,tones:m}=t;
return(i===null||n.width===o&&n.height===r?qb(n,s,o,r,l,c,m):$b(jb(mm(n,um(n))),o,r,i,a).values).map(p=>Math.round(255*p)/
255)}function qb(n,e,t,s,r,o,i){let a=(o?Math.max:Math.min)(n.width/t,n.height/s),[l,c]=[a*t,a*s],m={left:(n.width-l)/2,
top:(n.height-c)/2,width:l,height:c},u=i?.backdrop==="black"?0:1,p=r===null?u:um(n),f=e===1?[mm(n,p)]:[0,1,2].map(w=>hm(
n,w,p)),g=i?f.map(w=>Gb(w,i)):f,b=r!==null&&pm(g[0]).light!==(r==="light"),y=new Float32Array(e*t*s);return g.forEach((w,S)=>{
let{values:M}=Gi(...Vb(w,m),t,s);y.set(b?M.map(x=>1-x):M,S*t*s)}),y}function Gb(n,{low:e,high:t}){return{...n,values:n.values.
map(s=>Math.min(1,Math.max(0,(s-e)/(t-e))))}}function Vb(n,e){let[t,s]=[Math.max(0,Math.ceil(-e.left)),Math.max(0,Math.ceil(
-e.top))],r=n.width+2*t,o=new Float32Array(r*(n.height+2*s));(t||s)&&o.fill(Vi(dm(n)));for(let i=0;i<n.height;i++)o.set(
n.values.subarray(i*n.width,(i+1)*n.width),(i+s)*r+t);return[{values:o,width:r,height:n.height+2*s},{...e,left:e.left+t,
top:e.top+s}]}function hm({data:n,width:e,height:t},s,r){let o=new Float32Array(e*t);for(let i=0;i<o.length;i++){let a=n[4*
i+3]/255;o[i]=a*n[4*i+s]/255+(1-a)*r}return{values:o,width:e,height:t}}function mm(n,e){let[t,s,r]=[0,1,2].map(o=>hm(n,o,
e).values);return{width:n.width,height:n.height,values:t.map((o,i)=>ds[0]*o+ds[1]*s[i]+ds[2]*r[i])}}function um({data:n}){
let[e,t]=[0,0];for(let s=0;s<n.length;s+=4){let r=n[s+3];e+=r*(ds[0]*n[s]+ds[1]*n[s+1]+ds[2]*n[s+2]),t+=r}return e<127.5*
t?1:0}function Vi(n){let e=Float32Array.from(n).sort(),t=e.length>>1;return e.length%2?e[t]:(e[t-1]+e[t])/2}function dm({
values:n,width:e,height:t}){return n.filter((s,r)=>r<e||r>=e*(t-1)||r%e===0||r%e===e-1)}function pm(n){let e=dm(n),t=Vi(
e),s=1.4826*Vi(e.map(i=>Math.abs(i-t))),[r,o]=[1,0];for(let i of n.values)[r,o]=[Math.min(r,i),Math.max(o,i)];return{ground:t,
spread:s,lighter:o-t,darker:t-r,light:t-r>o-t}}function jb(n){let{ground:e,spread:t,lighter:s,darker:r}=pm(n),o=Math.max(
s,r);if(o<zb)throw new Error(h("The image has no contrast, so there is nothing to recognise."));if(o<=cm*t)throw new Error(
h("Nothing stands out from the image's background, so there is nothing to recognise."));let i=s>=r?1/o:-1/o,a=cm*t/o,l=n.
values.map(c=>{let m=i*(c-e);return m>a?m:0});return{...n,values:l}}function Wb({values:n,width:e,height:t}){let[s,r,o,i]=[
e,0,t,0];return n.forEach((a,l)=>{if(a<Ub)return;let[c,m]=[l%e,Math.floor(l/e)];[s,r,o,i]=[Math.min(s,c),Math.max(r,c+1),
Math.min(o,m),Math.max(i,m+1)]}),{left:s,top:o,width:r-s,height:i-o}}function $b(n,e,t,s,r){let o=Wb(n),i=Math.max(o.width/
(s*e),o.height/(s*t)),[a,l]=[o.width,o.height].map(y=>Math.ceil(y/i-1e-6)),[c,m]=[a*i,l*i],u={left:o.left-(c-o.width)/2,
top:o.top-(m-o.height)/2,width:c,height:m},p=Gi(n,u,a,l),[f,g]=r==="mass"?Kb(p):[a/2,l/2],b=(y,w)=>r==="mass"?Math.floor(
y/2)-Math.floor(w):Math.round(y/2-w);return Xb(p,e,t,b(e,f),b(t,g))}function Kb({values:n,width:e}){let[t,s,r]=[0,0,0];return n.
forEach((o,i)=>{t+=o,s+=o*(i%e+.5),r+=o*(Math.floor(i/e)+.5)}),[s/t,r/t]}function Xb(n,e,t,s,r){let o=new Float32Array(e*
t),i=n.values.reduce((a,l)=>Math.max(a,l),0);return n.values.forEach((a,l)=>{let[c,m]=[s+l%n.width,r+Math.floor(l/n.width)];
c>=0&&c<e&&m>=0&&m<t&&(o[m*e+c]=Math.min(1,a/i))}),{values:o,width:e,height:t}}var _r=class{onChange;pad;fileImage;input;zone;close;status;requestNumber;isPreprocessingNew;constructor(e,{canTakeFile:t,
canPasteFile:s,onDrop:r,onChange:o}){this.onChange=o,this.pad=new Dr(()=>{this.fileImage=null,o()});let i=()=>{this.openFile(
this.input.files?.[0]??null),this.input.value=""};this.input=d("input",{type:"file",accept:"image/*",class:"lp-hidden",onchange:i});
let[a,l=""]=h("Drop an image here, paste one, or {choice}").split("{choice}");this.zone=d("label",{class:"lp-drop"},a,d(
"u",{},h("choose a file")),l,this.input);let c=u=>{let p=!!u.dataTransfer?.types.includes("Files")&&t();return p&&u.preventDefault(),
this.zone.classList.toggle("lp-over",p&&u.type==="dragover"),p};e.addEventListener("dragover",c),e.addEventListener("dra\
gleave",c),e.addEventListener("drop",u=>{c(u)&&(r?.(),this.openFile(qi(u.dataTransfer)))});let m=u=>{let p=s()&&qi(u.clipboardData);
p&&(u.preventDefault(),this.openFile(p))};document.addEventListener("paste",m),this.close=()=>document.removeEventListener(
"paste",m),this.status=d("p",{class:"lp-note",role:"status"}),this.fileImage=null,this.requestNumber=0,this.isPreprocessingNew=
C()}setPreprocessing(e){let t=this.isPreprocessingNew(JSON.stringify(e));return t&&this.pad.setPreprocessing(e),t}preprocessedImage(){
let{preprocessing:e}=this.pad;if(this.fileImage)return ji(this.fileImage,e.image,e);let t=this.pad.toImageData();return t&&
ji(t,e.image,{...e,tones:void 0})}async openFile(e){if(!e)return this.showStatus(h("This is not a file. Drop an image, o\
r choose one."));let t=++this.requestNumber;this.showStatus(h("Reading the image …"));try{let s=await am(e);if(t!==this.
requestNumber)return;this.fileImage=s,this.pad.removeStrokes(),this.onChange()}catch(s){t===this.requestNumber&&this.showError(
s)}}showStatus(e){A(this.status,e)}showError(e){this.showStatus(e instanceof Error?e.message:String(e))}};var Wi=h("Loading the encoder …"),Yb=h("Typical values are not known, since the data set’s images are not on this mach\
ine."),fm=h("Loading typical values …"),Zb=h("The ringed dot on the plane is this image."),$i=class{plane;source;encodedImage=null;haveInputsChanged=C();typicalErrorsServerId="";typicalErrors=fm;pictures=d(
"div",{class:"lp-figures"});sentence=d("p",{"aria-live":"polite"});details=d("div",{});constructor(e,t){this.plane=e,this.
source=new _r(e.parts.root,{canTakeFile:()=>e.tools.isAvailable("draw"),canPasteFile:()=>e.tools.isOpen("draw"),onDrop:()=>e.
tools.openAndFocus("draw"),onChange:()=>this.encodeImage(!0)});let{pad:s,zone:r,status:o}=this.source;t.append(d("div",{
class:"lp-drawing"},s.canvas,this.pictures),s.hint,s.buttons,r,this.sentence,o,this.details),this.addListeners()}addListeners(){
let{events:e}=this.plane,{pad:t,input:s}=this.source;e.on("close",()=>this.source.close()),e.on("data",({isOtherRevision:r})=>this.
onMessage(r)),e.on("tool",({id:r,open:o})=>{r==="draw"&&o&&this.fetchEncoder()}),e.on("key",({id:r})=>{r==="draw"&&(t.canvas.
hidden?s:t.canvas).focus()}),e.on("pictures",()=>this.showResult()),this.plane.addOverlay(r=>{this.encodedImage&&this.drawMark(
r,this.encodedImage.z)})}onMessage(e){let{preprocessing:t,weights:s,server:r,sprites:o,revision:i,y:a}=this.plane.header;
if(!t||(this.source.setPreprocessing(t),!this.haveInputsChanged(i,a,s?.encoder?.sha??r.encode,o?.sha)))return;let l=this.
encodedImage!==null;e&&this.clear(),l&&this.encodeImage(!1)}async fetchEncoder(){let{source:e}=this;if(this.requestTypicalErrors(),
this.encodedImage)return this.showResult();e.showStatus(Wi),await Hi(this.plane),e.status.textContent===Wi&&e.showStatus(
"")}async requestTypicalErrors(){let{server:e}=this.plane.decoder,t=e.id;if(t===this.typicalErrorsServerId)return;this.typicalErrorsServerId=
t,this.typicalErrors=fm;let s=await e.fetchTypicalErrors().catch(r=>h("Typical values are not known: {reason}",{reason:r.
message}));t===this.typicalErrorsServerId&&(typeof s=="string"&&(this.typicalErrorsServerId=""),this.typicalErrors=s??Yb,
this.showResult())}async encodeImage(e){let{plane:t,source:s}=this,r=++s.requestNumber;try{let o=s.preprocessedImage();if(!o)
return this.clear();this.requestTypicalErrors(),this.encodedImage||s.showStatus(Wi);let{encode:i,encodingPlace:a}=await Hi(
t),l=await em(t,i,o);if(r!==s.requestNumber)return;this.encodedImage=l;let c=a==="in this page"?h("Encoded in this page."):
h("Encoded on the server.");s.showStatus(t.slice.decodable?I(c,Zb):c),e&&t.moveZTo(l.z),t.redrawOverlays(),this.showResult()}catch(o){
r===s.requestNumber&&s.showError(o)}}clear(){this.source.requestNumber++,this.encodedImage=null,this.source.showStatus(""),
this.sentence.textContent="";for(let e of[this.pictures,this.details])e.replaceChildren();this.plane.redrawOverlays()}showResult(){
let{encodedImage:e,plane:t,typicalErrors:s}=this;if(!e||!t.tools.isOpen("draw"))return;let{codes:r,fields:o,header:i,prior:a}=t,
{x:l,z:c,reconstruction:m,error:u,best:p,dOfZ:f}=e,g=o.z?Fr(o.z.values,i.dim,c):[],b=g.map(({index:S})=>i.classes[r.labels?.[S]??
-1]??null),y=p===null?tm(b):nm(i.contents,Number(i.y),p),w=[["z",V(c)],["log p(z)",T(a.logDensity(c))],["D(z)",T(f)]];this.
pictures.replaceChildren(this.makeFigure(l,h("what the network sees")),this.makeFigure(m,h("reconstruction"))),A(this.sentence,
I(y,sm(u,s,a.isTypical(c)))),this.details.replaceChildren(rn(w.filter(([,S])=>S!==T(NaN))),Or(t,g))}makeFigure(e,t){let s=d(
"canvas",{});return U(s,e,this.plane.header.preprocessing.image),Rr(s,t)}drawMark({pen:e,view:t,theme:s},r){let[o,i]=t.toScreen(
...this.plane.slice.project(r));Number.isFinite(o+i)&&(cn(e,o,i,8.5,s.background),cn(e,o,i,7,s.text),cn(e,o,i,3,s.background))}},
gm={id:"draw",title:h("Draw or drop an image"),titleFor:({preprocessing:n})=>n?!Ui(n)&&h("Drop an image"):!1,host:"aside",
Kind:$i};var Jb=new Float32Array(0);function Qb(n,e,t){let s=new Map;for(let o=0;t&&o<t.length;o++){if(t[o]<0)continue;let i=s.get(
t[o])??{sum:new Float64Array(e),count:0};s.set(t[o],i);for(let a=0;a<e;a++)i.sum[a]+=n[o*e+a];i.count++}let r=[...s].sort(
([o],[i])=>o-i);return new Map(r.map(([o,{sum:i,count:a}])=>[o,Float32Array.from(i,l=>l/a)]))}var bm=(n,e,t)=>Float32Array.
from(n,(s,r)=>s-e[r]+t[r]);function Br(n){let e=R(Qb),t=R((s,r,o,i)=>{let a=r.split(`
`),l=new Map([...s].map(([c,m])=>[String(c),{title:h("mean of {name}",{name:a[c]}),short:a[c],z:m}]));return J.forEach((c,m)=>{
let u=[o,i][m];u&&l.set(c,{title:h("group {name} ({count} codes)",{name:c,count:u.count.toLocaleString("en")}),short:c,z:u.
z})}),l});return()=>{let{codes:s,fields:r,header:o}=n,{A:i,B:a}=Se(o.revision);return t(e(r.z?.values??Jb,o.dim,s.labels),
o.classes.join(`
`),i,a)}}function Hr(n,e,t,s){n.replaceChildren(...e.map(([r,o])=>d("option",{value:r},o))),n.value=e.some(([r])=>r===t)?
t:s}function Ki({centre:n,step:e},t){let[s,r]=[0,0];for(let o=0;o<e.length;o++)s+=(t[o]-n[o])*e[o],r+=e[o]*e[o];return s/r}function zr(n,e,t){
let s=t-Ki(n,e);return Float32Array.from(e,(r,o)=>r+s*n.step[o])}var ym=(n,e)=>({centre:Float32Array.from(n),step:Float32Array.
from(e,(t,s)=>t-n[s])}),Xi=({step:n})=>Math.hypot(...Array.from(n));var Yi=1/3,Zi=h("The bar beneath an image shows how near the codes are: full where they are as close as around a typical\
 code, half where they are twice as far away. A short, dashed bar marks empty space, where hardly any image is encoded."),
ps=class{onChoose;host;cells=[];constructor(e,t=h("Images along the path")){this.onChoose=e,this.host=d("div",{class:"lp\
-strip",role:"group","aria-label":t}),pe(this.host,"button")}showImages(e,t){e.forEach((s,r)=>U(this.cells[r].canvas,s,t))}showCodes(e,t,s=r=>h(
"Image {number} of {count}",{number:r+1,count:e.length})){this.setLength(e.length),this.cells.forEach(({button:r,bar:o},i)=>{
let a=t[i];o.hidden=Number.isNaN(a),o.style.width=`${100*a}%`,o.classList.toggle("lp-empty",a<Yi);let l={name:s(i),z:V(e[i],
4),share:Math.round(100*a)};r.setAttribute("aria-label",Number.isNaN(a)?h("{name}: z {z}. Move z there",l):h("{name}: z \
{z}, nearness of codes {share} %. Move z there",l))})}setLength(e){for(;this.cells.length>e;)this.cells.pop()?.button.remove();
for(;this.cells.length<e;){let t=this.cells.length,[s,r]=[d("canvas",{"aria-hidden":"true"}),d("i",{hidden:!0})],o=d("bu\
tton",{type:"button",onclick:()=>this.onChoose(t)},s,d("span",{class:"lp-near-bar"},r));this.cells.push({button:o,canvas:s,
bar:r}),this.host.append(o)}fe(this.host,"button")}markImage(e){this.cells.forEach(({button:t},s)=>t.classList.toggle("l\
p-now",s===e))}toCanvas(){let{width:e,height:t}=this.cells[0].canvas,s=Math.max(1,Math.round(112/t)),r=d("canvas",{width:this.
cells.length*e*s,height:t*s}),o=k(r);return o.imageSmoothingEnabled=!1,this.cells.forEach(({canvas:i},a)=>o.drawImage(i,
a*e*s,0,e*s,t*s)),r}};var ey=400,Ur=class{direction;ends=[0,0];strip;slider;output=d("output",{});factsText=d("span",{});marks=d("div",{class:"\
lp-direction-marks","aria-hidden":"true"});host;constructor(e,t){this.direction=e,this.strip=new ps(s=>t.moveZTo(zr(this.
direction,t.z,this.direction.places[s])),h("Images along {direction}",{direction:e.name})),this.slider=d("input",{type:"\
range","aria-label":h("z along {direction}",{direction:e.name}),oninput:()=>t.setZ(zr(this.direction,t.z,Number(this.slider.
value)),"slide"),onchange:()=>t.sendZ()}),this.host=d("div",{class:"lp-direction"},d("p",{},d("b",{},e.name),this.factsText),
this.strip.host,this.marks,d("label",{},this.slider,this.output)),this.showDirection(e)}showDirection(e){let{facts:t,places:s,
marks:r}=e,o=(s[1]-s[0])/2;this.direction=e,this.ends=[s[0]-o,s[s.length-1]+o];let[i,a]=this.ends;for(let[l,c]of Object.
entries({min:i,max:a,step:(a-i)/ey}))this.slider.setAttribute(l,String(c));return this.factsText.textContent=t,this.marks.
replaceChildren(...r.map(l=>d("span",{},l))),this}codesAlong(e){return this.direction.places.map(t=>zr(this.direction,e,
t))}moveSlider(e){let{places:t,coordinateText:s,shortText:r}=this.direction,o=Ki(this.direction,e);this.slider.value=String(
o),this.slider.setAttribute("aria-valuetext",s(o)),A(this.output,r(o)),this.strip.markImage(o<this.ends[0]||o>this.ends[1]?
-1:Math.round((o-t[0])/(t[1]-t[0])))}nameImages(e){let{places:t,coordinateText:s}=this.direction;this.strip.showCodes(this.
codesAlong(e),t.map(()=>NaN),r=>s(t[r]))}};var Ji=8,ty=3,sy=2e8,wm=n=>Math.min(2e3,Math.floor(Math.sqrt(sy/n))),qr=class{z;dim;count;neighbours;constructor(e,t){this.
z=Float64Array.from(e),this.dim=t,this.count=Math.floor(e.length/t),this.neighbours=Array.from({length:this.count},()=>[]),
this.linkCodes()}linkCodes(){let[e,t]=[new Float64Array(this.count),new Float64Array(this.count).fill(1/0)],s=new Int32Array(
this.count).fill(-1),r=Int32Array.from(t.keys());for(let o=this.count,i=0;o>0;){let a=r[i];r[i]=r[--o],s[a]>=0&&this.addEdge(
a,s[a]),Ge(this.z,this.dim,this.codeOfNode(a),e),e[a]=1/0;for(let l of Ne(e,Ji))this.addEdge(a,l);i=0;for(let l=0;l<o;l++){
let c=r[l];e[c]<t[c]&&([t[c],s[c]]=[e[c],a]),t[c]<t[r[i]]&&(i=l)}}}codeOfNode(e){return this.z.subarray(e*this.dim,(e+1)*
this.dim)}addEdge(e,t){this.neighbours[e].push(t),this.neighbours[t].push(e)}cheapestPath(e,t){let[s,r]=[e,t].map(p=>Ge(
this.z,this.dim,p,new Float64Array(this.count))),o=new Float64Array(this.count).fill(1/0),i=new Int32Array(this.count).fill(
-1),a=new Set(Ne(s,Ji));for(let p of a)o[p]=s[p];let l=new Set(Ne(r,Ji)),[c,m]=[xe(e,t),-1];for(;a.size;){let p=-1;for(let f of a)
(p<0||o[f]<o[p])&&(p=f);if(a.delete(p),o[p]>=c)break;l.has(p)&&o[p]+r[p]<c&&([c,m]=[o[p]+r[p],p]);for(let f of this.neighbours[p]){
let g=o[p]+xe(this.codeOfNode(p),this.codeOfNode(f));g>=o[f]||([o[f],i[f]]=[g,p],a.add(f))}}let u=[];for(let p=m;p>=0;p=
i[p])u.unshift(Array.from(this.codeOfNode(p)));return[Array.from(e),...u,Array.from(t)]}};function Gr(n){for(let e=0;e<ty;e++)
n=n.map((t,s)=>s===0||s===n.length-1?t:t.map((r,o)=>r/2+(n[s-1][o]+n[s+1][o])/4));return n}var vm=64,Sm=(n,e,t)=>Array.from(n,(s,r)=>(1-t)*s+t*e[r]);function Ws(n,e){return{pointAt:t=>Sm(n,e,t),length:Math.sqrt(
xe(n,e))}}function xm(n,e){let[t,s]=[n,e].map(l=>Math.sqrt(xe(l,new Float64Array(l.length)))),r=Array.from(n).reduce((l,c,m)=>l+
c/t*(e[m]/s),0),o=Math.acos(Math.min(1,Math.max(-1,r)));if(!(Math.min(t,s)>0&&Math.sin(o)>1e-6))return Ws(n,e);let i=l=>{
let c=((1-l)*t+l*s)/Math.sin(o),[m,u]=[Math.sin((1-l)*o)*c/t,Math.sin(l*o)*c/s];return Array.from(n,(p,f)=>m*p+u*e[f])},
a=Array.from({length:vm+1},(l,c)=>i(c/vm));return{pointAt:i,length:$s(a).length}}var Qi=n=>e=>{let t=Math.min(n.length-2,
Math.floor(e));return Sm(n[t],n[t+1],e-t)};function ea(n,e){let t=[0];for(let r=1;r<e.length;r++)t.push(t[r-1]+Math.sqrt(
xe(e[r-1],e[r])));let s=t[t.length-1];return{pointAt:r=>n(s>0?X(t,r*s):r*(e.length-1)||0),length:s}}var $s=n=>ea(Qi(n),n);
function Mm(n,e){let t=n.reduce((a,{length:l})=>a+l,0),s=n[0].pointAt(0).length,r=new Float32Array(e*s),[o,i]=[0,0];for(let a=0;a<
e;a++){let l=a*t/(e-1);for(;o<n.length-1&&l>=i+n[o].length;)i+=n[o++].length;let{length:c,pointAt:m}=n[o],u=a===e-1?1:Math.
min(1,(l-i)/(c||1));r.set(m(u),a*s)}return r}var Ks=6,ny=6,fs=[8,24],Xs={linear:{title:h("Linear"),note:h("Straight from waypoint to waypoint.")},spherical:{title:h(
"Spherical"),note:h("Direction and length change at a constant rate around the origin.")},density:{title:h("Along densit\
y"),note:h("In short hops from code to code, so that the path stays where codes are dense.")},geodesic:{title:h("Geodesi\
c"),note:h("The path along which what is decoded changes least: shortest in the decoder’s output, not in z. Dashed: the \
straight line.")}},Vr=ie(()=>({waypoints:[],kind:"linear",count:12,pace:4}));function Am({waypoints:n,kind:e},t){let s=e===
"geodesic"?t.geodesic():null,r=s?n.slice(1).map((o,i)=>s(n[i],o)):[];return s&&r.every(o=>"direct"in o)?r:n.slice(1).map(
(o,i)=>e==="density"?$s(Gr(t.graph().cheapestPath(n[i],o))):e==="spherical"?xm(n[i],o):Ws(n[i],o))}var Tm=({waypoints:n,
kind:e,count:t})=>n.length?[e,t,n.map(s=>Array.from(s,r=>ee(r,ny)).join()).join(";")].join("~"):"";function Cm(n,e){let[
t,s,r]=e.split("~");n.waypoints=r?r.split(";").map(o=>Float32Array.from(o.split(","),Number)):[],r&&(n.kind=t,n.count=Number(
s))}function jr(n,e){let t=Math.max(1,2*e-2),s=n%t;return s<e?s:t-s}var j=4,Wr=class{showFrame;chart=new ce(h("Image at the moving dot on the path"));image=this.chart.canvas;button=v(h("Pl\
ay"),()=>this.togglePlaying());frameSlider=d("input",{type:"range",min:0,max:1,step:1,"aria-label":h("Place on the path"),
oninput:()=>this.pauseAt(Number(this.frameSlider.value))});paceSlider;paceOutput=d("output",{});host;isPlaying=!window.matchMedia(
"(prefers-reduced-motion: reduce)").matches;frames=0;stride=1;step=0;timer=0;isSuspended=!1;constructor(e,t){this.showFrame=
e;let s=()=>{t(Number(this.paceSlider.value)),this.scheduleFrame()};this.paceSlider=d("input",{type:"range",min:1,max:12,
step:1,"aria-label":h("Images per second"),oninput:s}),this.host=d("div",{class:"lp-player",role:"group","aria-label":h(
"Animation")},this.chart.frame,this.frameSlider,d("div",{class:"lp-switches"},this.button,d("label",{},this.paceSlider,this.
paceOutput)))}setFrames(e,t){e!==this.frames&&(this.step=Math.round(this.step*Math.max(1,e-1)/Math.max(1,this.frames-1))),
this.frames=e,this.stride=t,this.step-=this.step%t,this.frameSlider.max=String(Math.max(1,e-1)),this.frameSlider.step=String(
t),this.paintFrame(),this.scheduleFrame()}togglePlaying(){this.isPlaying=!this.isPlaying,this.scheduleFrame()}setSuspended(e){
this.isSuspended=e,this.scheduleFrame()}pauseAt(e){this.step=e,this.isPlaying=!1,this.paintFrame(),this.scheduleFrame()}scheduleFrame(){
if(window.clearTimeout(this.timer),A(this.button,this.isPlaying?h("Pause"):h("Play")),A(this.paceOutput,h("{count} per s\
econd",{count:this.paceSlider.value})),!this.isPlaying||this.isSuspended||this.frames<2)return;let e=1e3*this.stride/(j*
Number(this.paceSlider.value));this.timer=window.setTimeout(()=>requestAnimationFrame(()=>this.advance()),e)}advance(){!this.
isPlaying||this.isSuspended||this.frames<2||(this.step+=this.stride,this.paintFrame(),this.scheduleFrame())}paintFrame(){
if(this.frames<2)return;let e=jr(this.step,this.frames);this.frameSlider.value=String(e);let t=(1+e/j).toFixed(this.stride<
j?2:0),s=1+(this.frames-1)/j;this.frameSlider.setAttribute("aria-valuetext",h("image {image} of {count}",{image:t,count:s})),
this.showFrame(e)}};var Kr=({slice:n,view:e},t)=>e.toScreen(...n.project(t));function Ys(n,e,t){let[s,r]=t?Kr(n,t):[NaN,NaN];e.hidden=!Number.
isFinite(s+r),e.hidden||(e.style.transform=`translate(${s}px, ${r}px) translate(-50%, -50%)`)}var $r=class{plane;onDrag;path={
waypoints:[],codes:[],dashed:!1};dotCode=null;dot=d("div",{class:"lp-runner","aria-hidden":"true",hidden:!0});handles;constructor(e,t){
this.plane=e,this.onDrag=t,e.parts.surface.append(this.dot),this.handles=[],e.addOverlay(s=>this.draw(s))}setPath(e,t,s=!1){
for(this.path={waypoints:e,codes:t,dashed:s},t.length||this.moveDot(null);this.handles.length>e.length;)this.handles.pop()?.
remove();for(;this.handles.length<e.length;)this.handles.push(this.makeHandle(this.handles.length));this.plane.redrawOverlays()}moveDot(e){
this.dotCode=e,Ys(this.plane,this.dot,e)}makeHandle(e){let{plane:t}=this,s=d("div",{class:"lp-waypoint","aria-hidden":"t\
rue",onpointermove:r=>r.stopPropagation()},String(e+1));return t.pointer.dragHandlers.set(s,()=>{let{waypoints:r}=this.path,
o=r[e],i=a=>s.isConnected&&this.path.waypoints===r&&this.onDrag(e,a);return{move:(a,l)=>i(t.slice.moveTo(o,...t.view.toPlane(
a,l))),cancel:()=>i(o)}}),t.parts.surface.append(s),s}draw(e){let{waypoints:t,codes:s,dashed:r}=this.path;this.handles.forEach(
(a,l)=>Ys(this.plane,a,t[l])),Ys(this.plane,this.dot,this.dotCode);let o=a=>Kr(this.plane,a),i=s.map(o);r&&i.length&&Nc(
e,t.map(o)),i.length&&Number.isFinite(i[0][0])&&ts(e,i,2,j)}};function km(n,e){let t=[],s=J.map(r=>d("div",{class:"lp-group","aria-hidden":"true",hidden:!0},r));return n.parts.surface.
append(...s),n.addOverlay(r=>{let o=e(),i=Se(n.header.revision);s.forEach((l,c)=>Ys(n,l,o&&i[J[c]]?.z||null));let a=o?t.
map(l=>Kr(n,l)):[];a.length&&Number.isFinite(a[0][0])&&ts(r,a,2)}),r=>{t=r,n.redrawOverlays()}}var Be="directions",Xr=[-2,-1,0,1,2],ry=[-.5,0,.5,1,1.5],Pm=h("Select codes with the lasso and mark them as group A, the\
n others as group B."),oy=h("Select codes with the lasso and mark them as group A, then others as group B. Means of clas\
ses can be chosen too."),iy=h("Measuring what each direction changes …"),ay={images:h("Ordered by the root-mean-square\
 change of the decoded pixels (0 to 1) for one standard deviation of the codes."),rows:h("Ordered by the root-mean-squar\
e change of the decoded features, in standard deviations of each, for one standard deviation of the codes.")},ly=[h("Fro\
m: end of the direction"),h("To: end of the direction")],cy=[h("From"),h("To")],hy=h("How codes move with each known fac\
tor while the others stay fixed; a step is one standard deviation of the codes. R² is that of a linear fit of the factor\
, measured on codes not used for the fit."),Em=n=>T(n).startsWith("−")||!Number(n.toFixed(2))?T(n):`+${T(n)}`,ta=(n,...e)=>d(
"fieldset",{class:"lp-arithmetic"},d("legend",{},n),...e),sa=class{plane;getMeans;changeDetectors={revision:C(),serverId:C(),
ends:C(),images:C()};showLine;rows={ends:[],principal:[],factors:[]};measureRequests=new ne((e,t)=>e.fetchDirections(t),
e=>this.showMeasured(e),e=>A(this.measuringNote,e.message));imageRequests;chart=new ce(h("Image decoded at z, beside the\
 directions"));image=this.chart.canvas;ends;hosts={ends:d("div",{}),principal:d("div",{class:"lp-directions"}),factors:d(
"div",{class:"lp-directions"})};status=d("p",{role:"status"},Pm);measuringNote=d("p",{class:"lp-way",role:"status"});principalNote=d(
"p",{class:"lp-note"});choices;factorsSection=ta(h("Known factors"),d("p",{class:"lp-note"},hy),this.hosts.factors);constructor(e,t){
this.plane=e,this.getMeans=Br(e),this.showLine=km(e,()=>this.isOpen),this.imageRequests=new ne((i,a)=>he(e,i.flatMap(l=>l.
codesAlong(e.z)),a),({images:i,shape:a},l)=>l.forEach((c,m)=>c.strip.showImages(i.slice(m*Xr.length,(m+1)*Xr.length),a)),
i=>A(this.status,i.message));let s=()=>this.setEnds({from:this.ends[0].value,to:this.ends[1].value});this.ends=ly.map(i=>d(
"select",{"aria-label":i,onchange:s}));let[r,o]=this.ends.map((i,a)=>d("label",{class:"lp-field"},cy[a],i));this.choices=
d("div",{class:"lp-ends"},r,o),this.factorsSection.hidden=!0,t.append(this.buildBody()),this.addListeners()}buildBody(){
return d("div",{class:"lp-directed"},this.chart.frame,d("div",{},ta(h("From one group to another"),this.choices,this.status,
this.hosts.ends),ta(h("Principal directions"),this.principalNote,this.measuringNote,this.hosts.principal),this.factorsSection))}addListeners(){
let{events:e,urlState:t}=this.plane;for(let s of["data","networks","moment"])e.on(s,()=>this.refresh());e.on("tool",({id:s})=>{
s===Be&&this.refresh()}),e.on("group",()=>{this.plane.tools.openSection(Be),this.setEnds({from:"",to:""})}),e.on("z",({source:s})=>{
this.isOpen&&(s==="python"||s==="link"?this.updateImages():this.onZMoving())}),e.on("commit",()=>{this.isOpen&&this.updateImages()}),
e.on("drawn",()=>{this.isOpen&&ze(this.image,this.plane.panel.image)}),e.on("close",()=>[this.measureRequests,this.imageRequests].
forEach(s=>s.cancel())),t?.addSetting(Be,{toText:()=>Ga(this.markedGroups),restore:s=>{Va(this.markedGroups,s),this.refresh()}})}get isOpen(){
return this.plane.tools.isOpen(Be)}get markedGroups(){return Se(this.plane.header.revision)}refresh(){if(!this.isOpen)return this.
showLine([]);let{decoder:e,header:t}=this.plane;this.chart.setFeatures(t.features??null),A(this.principalNote,ay[t.features?
"rows":"images"]),this.changeDetectors.revision(t.revision)&&this.showMeasured([]),this.changeDetectors.serverId(e.server.
id)&&this.requestDirections(e.server),this.changeDetectors.ends(this.getMeans(),this.markedGroups.from,this.markedGroups.
to)&&this.updateEndsDirection(),this.updateImages(),ze(this.image,this.plane.panel.image)}requestDirections(e){this.measureRequests.
cancel(),e.canRequest("directions")&&(A(this.measuringNote,iy),this.measureRequests.submit(e))}showMeasured(e){A(this.measuringNote,
"");let[t,s]=[!0,!1].map(r=>e.filter(({fit:o})=>o!==null===r));this.factorsSection.hidden=!t.length,this.setRows("princi\
pal",s.map(r=>Lm(r,h("{share} of the variance, changes by {change}",{share:Ie(r.share??NaN),change:T(r.change,3)})))),this.
setRows("factors",t.map(r=>Lm(r,h("R² {fit}, changes by {change}",{fit:T(r.fit??NaN),change:T(r.change,3)})))),this.updateImages()}updateEndsDirection(){
let e=this.getMeans(),t=[...e].map(([l,{title:c}])=>[l,c]),s=J.map((l,c)=>e.has(l)?l:t[c]?.[0]??""),r=[this.markedGroups.
from,this.markedGroups.to];this.ends.forEach((l,c)=>Hr(l,t,r[c],s[c])),this.choices.hidden=!t.length;let o=this.ends.flatMap(
({value:l})=>e.get(l)??[]),i=o.length===2?ym(o[0].z,o[1].z):null,a=i&&Xi(i)>0?i:null;A(this.status,a?I(h("From the mean \
of one group to that of the other."),ms(this.plane.header)):this.plane.header.classes.length?oy:Pm),this.setRows("ends",
a?[uy(a,o[0],o[1])]:[]),this.showLine(a?o.map(({z:l})=>l):[])}setRows(e,t){let s=this.rows[e],r=new Map(s.map(i=>[i.direction.
name,i])),o=t.map(i=>{let a=r.get(i.name);return r.delete(i.name),a?.showDirection(i)??new Ur(i,this.plane)});this.rows=
{...this.rows,[e]:o},(o.length!==s.length||o.some((i,a)=>i!==s[a]))&&my(this.hosts[e],o.map(({host:i})=>i))}setEnds(e){Object.
assign(this.markedGroups,e),this.refresh(),this.plane.urlState?.scheduleSend(Be)}get allRows(){return[...this.rows.ends,
...this.rows.principal,...this.rows.factors]}onZMoving(){this.plane.scene.tasks.stop(Be),this.changeDetectors.images(),this.
moveSliders()}moveSliders(){for(let e of this.allRows)e.moveSlider(this.plane.z)}updateImages(){let{decoder:e,header:t,z:s}=this.
plane,r=e.earlierNetworks??e.networks;if(!this.isOpen||!this.changeDetectors.images(s.join(),this.rows,t.y,r,e.server.id))
return;let o=this.allRows;for(let i of o)i.nameImages(s);this.moveSliders(),this.plane.scene.tasks.stop(Be),r?this.plane.
scene.tasks.start(Be,this.decodeRows(r,o)):o.length&&this.imageRequests.submit(o)}*decodeRows(e,t){let{header:s,z:r}=this.
plane;for(let o of t){let i=[];for(let a of o.codesAlong(r))i.push(e.decode(a,s.y??null).slice()),yield;o.strip.showImages(
i,e.image)}}};function my(n,e){let t=e.findIndex(s=>s.matches(":focus-within, :active"));if(t<0)return n.replaceChildren(
...e);for(let s of Array.from(n.children))s!==e[t]&&s.remove();e[t].before(...e.slice(0,t)),e[t].after(...e.slice(t+1))}
var Lm=(n,e)=>({...n,facts:e,places:Xr,marks:Xr.map(t=>`${Em(t).replace(".00","")} σ`),coordinateText:t=>h("{number} st\
andard deviations",{number:T(t)}),shortText:t=>`${Em(t)} σ`}),uy=(n,e,t)=>({...n,name:h("From {start} to {end}",{start:e.
short,end:t.short}),facts:h("{distance} apart",{distance:T(Xi(n))}),places:ry,marks:["",e.short,"",t.short,""],coordinateText:s=>h(
"{percent} % of the way",{percent:Math.round(100*s)}),shortText:s=>`${Math.round(100*s)} %`.replace("-","−")}),Im={id:Be,
title:h("Directions"),host:"below",Kind:sa};var na=20,dy=90,ra=class{plane;matches=null;timer=0;field=d("input",{type:"search",class:"lp-search",placeholder:h("A pa\
rt of an id, text or file name"),"aria-label":h("Find items"),oninput:()=>this.scheduleSearch(),onkeydown:e=>{e.key==="E\
nter"&&this.search(),e.stopPropagation()}});status=d("p",{class:"lp-note",role:"status"});list=d("div",{class:"lp-found"});selectAll=v(
"",()=>this.selectMatches(),{hidden:!0});loadAgain=v(h("Try again"),()=>this.loadItemsAgain(),{hidden:!0});constructor(e,t){
this.plane=e,t.append(this.field,this.status,this.loadAgain,this.list,this.selectAll),e.events.on("data",()=>this.search()),
e.events.on("classes",()=>this.search()),e.events.on("pictures",()=>this.matches===null&&this.search()),e.events.on("too\
l",({id:s,open:r})=>s==="find"&&r&&this.search()),e.events.on("close",()=>window.clearTimeout(this.timer))}scheduleSearch(){
window.clearTimeout(this.timer),this.timer=window.setTimeout(()=>this.search(),dy)}search(){window.clearTimeout(this.timer);
let{items:e}=this.plane,t=this.field.value.trim();this.matches=t?e.find(t):null;let s=this.matches?this.visibleIndices(this.
matches):[];this.list.replaceChildren(...s.slice(0,na).map(r=>this.itemButton(r,t))),this.selectAll.hidden=s.length===0,
this.selectAll.textContent=h("Select all {count}",{count:s.length.toLocaleString("en")}),this.loadAgain.hidden=!e.error,
this.status.textContent=this.statusText(t,s.length)}loadItemsAgain(){this.plane.items.loadAgain(),this.search(),this.field.
focus()}visibleIndices(e){let t=[];for(let s=0;s<e.length;s++)e[s]&&this.plane.isVisible(s)&&t.push(s);return t}statusText(e,t){
let{items:s}=this.plane,r=h("Searched: {columns}.",{columns:s.searchedNames.join(", ")}),o=s.leftOut.length?h("Too large\
 for the page, so neither shown nor searched here: {columns}.",{columns:s.leftOut.join(", ")}):"";if(s.error)return s.error;
if(s.isPending)return h("The ids and texts of the items are on their way …");if(!e)return I(r,o);let i=t.toLocaleString(
"en"),a=t>na?h("{count} items contain this; the first {shown}:",{count:i,shown:na}):St("{count} item contains this.","{c\
ount} items contain this.",t,{count:i});return I(a,o)}itemButton(e,t){let{items:s}=this.plane,r=s.idOf(e),[o,i]=s.matchOf(
e,t),a=v("",()=>this.plane.pickCode(e),{title:i});return a.append(d("b",{},r),...i&&i!==r?[` ${o}: ${i}`]:[]),a}selectMatches(){
this.matches&&this.plane.selectCodes(this.matches)}},Nm={id:"find",title:h("Find items"),host:"aside",Kind:ra};var Yr={original:null,reconstruction:null,dOfZ:NaN,serverError:""},Zr=class{plane;onChange;codeKey;requestKey;receivedData={
...Yr};rowChanged=C();rowCanvas=null;constructor(e,t){this.plane=e,this.onChange=t,this.codeKey=this.requestKey=""}lookUp(e){
let{sprites:t,decoder:s,header:r,fields:o,pastFrame:i}=this.plane,{server:a}=s,l=`${r.revision} ${e}`;l!==this.codeKey&&
(this.codeKey=l,this.requestKey="",this.receivedData={...Yr});let c=`${l} ${a.id}${i?" of the past":""}`,m=c!==this.requestKey&&
!!o.z;m&&(this.requestKey=c),m&&t.fetchSheet();let u=!!r.features;m&&a.canRequest("image")&&(u||!t.sheetInfo?.is_full_size)&&
a.fetchImage(e,g=>this.receiveOriginal(g,c)),m&&a.canRequest("decode")&&!s.networks&&!i&&this.requestReconstruction(e,c);
let p=!u&&t.isFullSize&&t.kind==="originals"?t.thumbnail(e):this.receivedData.original;if(i)return{...Yr,original:p};if(!s.
networks)return{...this.receivedData,original:p};let f=u?this.decodeRow(e,s.networks):t.reconstruction(e);return{...Yr,original:p,
reconstruction:f,dOfZ:s.networks.discriminate(this.plane.codeOf(e)??[])}}decodeRow(e,t){let s=this.plane.codeOf(e);if(!s)
return null;if(!this.rowChanged(e,t,s.join()))return this.rowCanvas;let r=this.rowCanvas=d("canvas",{});return U(r,t.decode(
s,t.contentSize?Math.max(0,this.plane.codes.content?.[e]??0):null),t.image),r}receive(e,t){t===this.requestKey&&(Object.
assign(this.receivedData,e),this.onChange())}receiveOriginal(e,t){let s=d("canvas",{width:e.width,height:e.height});k(s).
drawImage(e,0,0);let r=[1,s.height,s.width];kt(r)&&U(s,As(s,r),r),this.receive({original:s},t)}requestReconstruction(e,t){
let{header:s,codes:r}=this.plane,o=this.plane.codeOf(e)??[],i=s.contents?.length?[Math.max(0,r.content?.[e]??0)]:null;he(
this.plane,[o],void 0,i).then(({images:[a],shape:l,dOfZ:c})=>{let m=d("canvas",{});U(m,a,l),this.receive({reconstruction:m,
dOfZ:c,serverError:""},t)},a=>this.receive({serverError:a.message},t))}};var py=h("Click a code on the plane, or press Enter for the one nearest to z."),fy=h("The reconstruction, D(z) and the n\
earest codes belong to the latest step, so they are left out while an earlier one is shown."),gy=h("Error map: orange wh\
ere the reconstruction is too dark, blue where it is too bright."),by=h("In the list, rings show the original and bars t\
he reconstruction; in the error, bars go up where it is too low.");function yy(n,e,[t,s,r]){let o=new ImageData(r,s),i=s*
r;for(let a=0;a<i;a++){let[l,c]=[0,0];for(let p=0;p<t;p++){let f=n[p*i+a]-e[p*i+a];l+=f,c+=Math.abs(f)}let m=l>0?qe.code:
qe.prior,u=Math.min(1,c/t);o.data.set([...m.map(p=>128+(p-128)*u),255],4*a)}return o}var oa=class{plane;selectedCode;hasContentChanged=C();images=d(
"div",{});factsHost=d("div",{"aria-live":"polite"});neighboursHost=d("div",{});constructor(e,t){this.plane=e,this.selectedCode=
new Zr(e,()=>this.showSelected()),t.append(this.images,this.factsHost,this.neighboursHost);for(let s of["pick","data","n\
etworks","pictures","moment"])e.events.on(s,()=>this.showSelected());e.events.on("pick",({index:s,source:r})=>s>=0&&r!==
"python"&&e.tools.openSection("inspect")),e.events.on("tool",({id:s,open:r})=>s==="inspect"&&r&&this.showSelected())}showSelected(){
let{plane:e}=this;if(!e.tools.isOpen("inspect"))return;let{picked:t,codes:s,fields:r,header:o,decoder:i,sprites:a}=e,l=t>=
0&&2*t<s.xy.length,c=l?this.selectedCode.lookUp(t):null,m=[t,l,r.z,s.labels,o.classes.join(),i.networks,a.arrivalCount,!!e.
pastFrame,l?e.codeText(t):"",l?e.items.idOf(t):""];if(!this.hasContentChanged(...m,o.revision,...Object.values(this.selectedCode.
receivedData)))return;this.images.replaceChildren(...c?[this.figuresElement(c)]:[]);let u=c?this.factsList(t,c):d("p",{},
py);u.textContent!==this.factsHost.textContent&&this.factsHost.replaceChildren(u),ye(this.neighboursHost,"button",()=>this.
neighboursHost.replaceChildren(...c?[this.neighbourElements(t)]:[]))}figuresElement({original:e,reconstruction:t}){let s=e&&
t?this.differenceCanvas(e,t):null,r=[[e,h("original")],[t,h("reconstruction")],[s,h("error map")]],{features:o}=this.plane.
header,i=r.flatMap(([l,c])=>l?[Rr(l,c)]:[]),a=s?[d("p",{class:"lp-note"},o?by:gy)]:[];return d("div",{},d("div",{class:"\
lp-figures"},...i),...a,...o?this.featureCharts(o,e,t):[])}differenceCanvas(e,t){let{shape:s}=this.plane.fields.image,r=[
s[2],s[0],s[1]],[o,i]=[ht.get(e),ht.get(t)];return o&&i?Le(de(o.map((a,l)=>Ra+a-i[l]),r)):Le(yy(As(e,r),As(t,r),r))}featureCharts(e,t,s){
let[r,o]=[t&&ht.get(t),s&&ht.get(s)];if(!r&&!o)return[];let i=new ce(o?h("reconstruction"):h("original"));return i.setFeatures(
e),i.showValues(o??r,o&&r?r:null),[i.host]}factsList(e,{dOfZ:t,serverError:s}){let r=[[h("Code"),`${e}, ${this.plane.codeName(
e)}`],["z",this.plane.codeText(e)]];return r.push(...this.plane.items.rowOf(e)),Number.isNaN(t)||r.push(["D(z)",T(t)]),s&&
r.push([h("Reconstruction"),s]),rn(r)}neighbourElements(e){let{fields:t,header:s,pastFrame:r}=this.plane;return r?d("p",
{class:"lp-note"},fy):t.z?Or(this.plane,Fr(t.z.values,s.dim,this.plane.codeOf(e)??[],e)):""}},Fm={id:"inspect",title:h("\
Selected image"),titleFor:({features:n})=>!!n&&h("Selected row"),host:"aside",Kind:oa};var Zs=["A","B","C"],Om=h("the sum"),wy=["","−","+","="],vy=150,Sy=h("These codes have no classes, so there are no mea\
ns to add and subtract: select codes with the lasso and mark them as group A or B."),Jr=class{plane;tool;termSelects=Zs.
map(e=>d("select",{"aria-label":e,onchange:()=>this.updateSum()}));canvases=[...Zs,Om].map(e=>d("canvas",{role:"img","ar\
ia-label":h("{name}, decoded",{name:e})}));status=d("p",{class:"lp-note",role:"status"});addButtons;moveButton;row;noMeansNote=d(
"p",{},Sy);host;codes=[];getMeans;haveMeansChanged=C();timer=0;decodeRequests;constructor(e){let{plane:t}=e;this.plane=t,
this.tool=e,this.addButtons=this.canvases.map((r,o)=>{let i=h("Add to path: {name}",{name:Zs[o]??Om});return v(h("Add to\
 path"),()=>e.addWaypoint(this.codes[o]),{"aria-label":i,title:i})});let s=this.canvases.map((r,o)=>d("div",{class:"lp-t\
erm"},d("span",{class:"lp-sign","aria-hidden":"true"},wy[o]),d("figure",{},r,this.termSelects[o]??d("span",{},"A − B + C"),
this.addButtons[o])));this.moveButton=v(h("Move z to the sum"),()=>t.moveZTo(this.codes[Zs.length])),this.row=d("div",{},
d("div",{class:"lp-figures lp-sum"},...s),this.status,this.moveButton),this.host=d("fieldset",{class:"lp-arithmetic"},d(
"legend",{},h("Arithmetic with codes: A − B + C")),this.row,this.noMeansNote),this.getMeans=Br(t),this.decodeRequests=
new ne((r,o)=>he(t,r,o),r=>this.showImages(r),r=>A(this.status,r.message));for(let r of["z","pick"])t.events.on(r,()=>this.
scheduleSum());t.events.on("group",()=>{e.isOpen&&this.refresh()})}close(){window.clearTimeout(this.timer),this.decodeRequests.
cancel()}scheduleSum(){window.clearTimeout(this.timer);let e=this.termSelects.some(({value:t})=>Number.isNaN(Number(t)));
this.tool.isOpen&&e&&(this.timer=window.setTimeout(()=>this.updateSum(),vy))}refresh(){this.haveMeansChanged(this.getMeans())&&
this.updateMeanOptions(),this.updateSum()}updateMeanOptions(){let e=[...this.getMeans()].map(([t,{title:s}])=>[t,s]);this.
row.hidden=!e.length,this.noMeansNote.hidden=!!e.length,this.termSelects.forEach((t,s)=>Hr(t,[...e,["z",h("the current z")],
["code",h("the selected code")]],t.value,e[s]?.[0]??"z"))}termCode(e){let{fields:t,header:s,picked:r,z:o}=this.plane;return e!==
"code"?[this.getMeans().get(e)?.z??o]:r<0||!t.z?[]:[Float32Array.from(t.z.values.subarray(r*s.dim,(r+1)*s.dim))]}updateSum(){
if(this.row.hidden)return;let e=this.termSelects.flatMap(({value:c})=>this.termCode(c)),t=e.length===Zs.length;for(let c of[
...this.addButtons,this.moveButton])c.disabled=!t;if(!t)return A(this.status,h("No code is selected; click one on the pl\
ane."));let[s,r,o]=e,i=bm(s,r,o);this.codes=[...e,i];let a=V(i,6),l=this.plane.prior.isTypical(i)===!1?h("A − B + C is z\
 = {z}, outside 99 % of the prior.",{z:a}):h("A − B + C is z = {z}.",{z:a});A(this.status,I(l,ms(this.plane.header))),
this.decodeRequests.submit(this.codes)}showImages({images:e,shape:t}){e.forEach((s,r)=>U(this.canvases[r],s,t))}};var Qr=class{kindSelect;kindNote=d("p",{class:"lp-note"});countSlider;countOutput=d("output",{});itemsLabel=d("span",{},
h("Images"));addButton;randomButton;host;constructor(e){this.kindSelect=d("select",{"aria-label":h("Kind of path"),onchange:()=>e.
changeRoute(()=>e.route.kind=this.kindSelect.value)},...Object.entries(Xs).map(([t,{title:s}])=>d("option",{value:t},s))),
this.countSlider=d("input",{type:"range",min:fs[0],max:fs[1],step:1,"aria-label":h("Number of images"),oninput:()=>e.changeRoute(
()=>e.route.count=Number(this.countSlider.value))}),this.addButton=v(h("Add a waypoint here (W)"),()=>e.addWaypoint(e.plane.
z)),this.randomButton=v(h("Two random samples of the prior"),()=>e.setRandomWaypoints()),this.host=d("div",{class:"lp-pa\
th-made"},d("div",{class:"lp-switches"},this.addButton,this.randomButton,v(h("Clear"),()=>e.changeRoute(()=>e.route.waypoints=
[]))),e.waypoints.host,d("label",{class:"lp-field"},h("Path"),this.kindSelect),this.kindNote,d("label",{class:"lp-field"},
this.itemsLabel,this.countSlider,this.countOutput))}showRoute({kind:e,count:t}){this.kindSelect.value=e,this.kindNote.textContent=
Xs[e].note,this.countSlider.value=String(t),this.countOutput.textContent=String(t)}};var eo=({data:n})=>new Uint32Array(n.buffer,n.byteOffset,n.length/4),Js=class{indexByColour=new Map;indexPixels(e){let{indexByColour:t}=this,
s=new Uint8Array(e.length),[r,o]=[-1,0];for(let i=0;i<e.length;i++){let a=e[i]&16777215;if(a!==r){r=a;let l=t.get(a);if(l===
void 0&&t.size===256)return null;o=l??t.size,l===void 0&&t.set(a,o)}s[i]=o}return s}get palette(){return Uint8Array.from(
[...this.indexByColour.keys()].flatMap(e=>[e&255,e>>>8&255,e>>>16]))}};function Rm(n){let e=new Js,t=e.indexPixels(n);if(t)
return{palette:e.palette,numbers:t};let s=new Map;for(let f of n)s.set(f&16777215,(s.get(f&16777215)??0)+1);let r=Uint32Array.
from(s.keys()),o=Float64Array.from(s.values()),i=[0,8,16].map(f=>Uint8Array.from(r,g=>g>>>f&255)),a=[ia(Uint32Array.from(
r.keys()),i,o)];for(;a.length<256;){let f=a.reduce((M,x,P)=>x.error>a[M].error?P:M,0),{members:g,axis:b,mean:y}=a[f],[w,
S]=[!0,!1].map(M=>g.filter(x=>i[b][x]<=y[b]===M));a.splice(f,1,ia(w,i,o),ia(S,i,o))}let l=Uint8Array.from(a.flatMap(({mean:f})=>f.
map(Math.round))),[c,m,u]=i,p=new Map;return r.forEach((f,g)=>p.set(f,xy(l,c[g],m[g],u[g]))),{palette:l,numbers:Uint8Array.
from(n,f=>p.get(f&16777215))}}function ia(n,e,t){let s=n.reduce((i,a)=>i+t[a],0),r=e.map(i=>{let[a,l]=[0,0];for(let c of n)
a+=t[c]*i[c],l+=t[c]*i[c]**2;return{mean:a/s,error:l-a*a/s}}),o=r.reduce((i,{error:a},l)=>a>r[i].error?l:i,0);return{members:n,
axis:o,error:n.length<2?0:r.reduce((i,{error:a})=>i+a,0),mean:r.map(({mean:i})=>i)}}function xy(n,e,t,s){let[r,o]=[0,1/0];
for(let i=0;i<n.length;i+=3){let a=(n[i]-e)**2+(n[i+1]-t)**2+(n[i+2]-s)**2;a<o&&([r,o]=[i/3,a])}return r}var My=224;function Ay(n,e,t){let s=e*t,r=new Uint8Array(n.length*t*t);for(let o=0,i=0;o<n.length;o+=e,i+=t*s){for(let a=0;a<
e;a++)r.fill(n[o+a],i+a*t,i+(a+1)*t);for(let a=1;a<t;a++)r.copyWithin(i+a*s,i,i+s)}return r}async function Dm(n,e,t){let s=le(
t),{width:r,height:o}=n[0],i=Math.max(1,Math.floor(My/r)),a=new Js,l=[...new Set(n)].every(u=>a.indexPixels(eo(u))),c=ie(
u=>{let p=l?null:Rm(eo(u)),f=p?.numbers??a.indexPixels(eo(u));return{numbers:Ay(f,r,i),palette:p?.palette}}),m=new Yt(i*
r,i*o,e,l?a.palette:null);for(let u of n){let{numbers:p,palette:f}=c(u);m.addFrame(p,f),await s()}return m.toBlob()}var _m=16;function Bm(n){let{plane:e}=n,t=d("span",{role:"status"}),s=m=>t.textContent=m,r=()=>{let{codes:m,route:u}=n,{
header:p,decoder:{networks:f,server:g}}=e,b=f?.batchSizeFor(_m)??_m;return Re(i,s,h("Drawing the animation"),"path.gif",
async y=>{let w=le(y),S=[];for(let x=0;x<m.length;x+=b){let P=await he({header:p,decoder:{networks:f,server:g}},m.slice(
x,x+b),y);S.push(...P.images.map(F=>de(F,P.shape))),await w()}let M=Array.from({length:2*m.length-2},(x,P)=>S[jr(P,m.length)]);
return Dm(M,1e3/(j*u.pace),y)})},o=()=>{let{animation:m,plane:{header:u}}=n,p=u.contents_in_files?.[u.y??-1]??"",f=m.codes===
n.codes?u.features:null;return jn(n.stripCodes().map((g,b)=>({number:b,name:p,z:g,decoded:m.images[b]})),u.dim,f)},i=v(h(
"Save animation (GIF)"),r),a=()=>Vn(n.strip.toCanvas()),l=()=>Re(c,s,h("Drawing the strip"),"path.png",a),c=v(h("Save st\
rip (PNG)"),l);return d("div",{class:"lp-switches",role:"group","aria-label":h("Files of the path")},i,c,v(h("Save codes\
 (CSV)"),()=>Bs(o(),"path.csv")),t)}var gs=36,zm=gs/3,aa=2*gs,Um=6,qm=4,Ty=.002,Cy=.001,la=n=>n.slice(1).map((e,t)=>xe(e,n[t])),Qs=n=>n.reduce((e,t)=>e+t,0);
function Gm(n,e){let[t,s]=[Wm(ky(n,e)),n[0].pointAt].map(r=>ea(o=>r(o/aa),e(to(r,aa))));return Number.isFinite(t.length+
s.length)?{...t.length<s.length?t:s,direct:s.length}:n[0]}var Vm=(n,e)=>t=>n.decodeMany(t,e===null?null:new Array(t.length).
fill(e)),jm=(n,e)=>(Um*(2*zm+gs)*(n+qm)+2*(gs+aa))*e,Wm=n=>e=>Qi(n)(e*(n.length-1)),to=(n,e)=>Array.from({length:e+1},(t,s)=>n(
s/e));function ky(n,e){let t=n.map(({pointAt:o})=>Wm(Hm(to(o,zm),e))),s=t.map(o=>Qs(la(e(to(o,gs))).map(Math.sqrt))),r=s.
reduce((o,i,a)=>i<s[o]?a:o,0);return Hm(to(t[r],gs),e)}function Hm(n,e){let t=n,s=e(t),r=Qs(la(s)),o=Cy*Qs(t.slice(1).map(
(a,l)=>Math.sqrt(xe(a,t[l])))),i=.001;for(let a=0;a<Um&&r>0&&o>0;a++){let l=Py(t,s,e,o),c=r;for(let m=0;m<qm&&r===c;m++){
let u=Ey(l,i),p=t.map((b,y)=>y===0||y===t.length-1?b:b.map((w,S)=>w+u[(y-1)*b.length+S])),f=e(p),g=Qs(la(f));g<r?[t,s,r,
i]=[p,f,g,i/4]:i*=16}if(!(c-r>Ty*c))break}return t}function Py(n,e,t,s){let[r,o]=[n.length-2,n[0].length],i=n.slice(1,-1).
flatMap(u=>u.map((p,f)=>u.map((g,b)=>g+(b===f?s:0)))),a=t(i).map((u,p)=>u.map((f,g)=>(f-e[1+Math.floor(p/o)][g])/s)),l=2*
o-1,c=a.map(()=>new Float64Array(l+1)),m=new Float64Array(r*o);return a.forEach((u,p)=>{let f=1+Math.floor(p/o);for(let g=0;g<
u.length;g++)m[p]+=u[g]*(e[f+1][g]-2*e[f][g]+e[f-1][g]);for(let g=Math.max(0,o*(f-2));g<=p;g++){let b=Math.floor(g/o)===
f-1,y=0;for(let w=0;w<u.length;w++)y+=u[w]*a[g][w];c[p][g-p+l]=b?2*y:-y}}),{rows:c,right:m,bandwidth:l}}function Ey({rows:n,
right:e,bandwidth:t},s){let r=s*Qs(n.map(a=>a[t]))/n.length+Number.MIN_VALUE,o=n.map(a=>a.slice()),i=e.slice();for(let a=0;a<
n.length;a++){for(let l=Math.max(0,a-t);l<=a;l++){let c=o[a][l-a+t]+(a===l?r:0);for(let m=Math.max(0,a-t);m<l;m++)c-=o[a][m-
a+t]*o[l][m-l+t];o[a][l-a+t]=a===l?Math.sqrt(Math.max(c,r)):c/o[l][t]}for(let l=Math.max(0,a-t);l<a;l++)i[a]-=o[a][l-a+t]*
i[l];i[a]/=o[a][t]}for(let a=n.length-1;a>=0;a--){for(let l=a+1;l<=Math.min(n.length-1,a+t);l++)i[a]-=o[l][a-l+t]*i[l];i[a]/=
o[a][t]}return i}var ca=5,Ly=200,Iy=8e3;function so(n,e,t,s){let r=oe(n,n.length/e),o=Array.from(r.keys()).filter(l=>r[l].every(Number.isFinite));
t&&o.length>s&&o.sort((l,c)=>t[l]-t[c]);let i=Math.min(s,o.length),a=Array.from({length:i},(l,c)=>r[o[Math.floor((c+.5)*
o.length/i)]]);return Float32Array.from(a.flatMap(l=>Array.from(l)))}var no=class{codes;dim;squares;typicalDistance;constructor(e,t,s){
let r=so(e,t,s,Iy);this.codes=Float64Array.from(r),this.dim=t,this.squares=new Float64Array(r.length/t);let o=so(r,t,null,
Ly),i=oe(o,o.length/t).map(a=>this.distanceToRank(a,ca+1));this.typicalDistance=this.squares.length>ca?i.sort((a,l)=>a-l)[i.
length>>1]:NaN}distanceToRank(e,t){let s=Ge(this.codes,this.dim,e,this.squares),r=Ne(s,t);return Math.sqrt(s[r[r.length-
1]])}nearnessAt(e){if(Number.isNaN(this.typicalDistance))return NaN;let t=this.distanceToRank(e,ca);return t>0?Math.min(
1,this.typicalDistance/t):1}};var Ny=new Float32Array(0),Fy=6e9,Oy=64;function $m(n){let e=R((...[a,l,c])=>new qr(so(a,l,c,wm(l)),l)),t=R((...[a,l,c])=>new no(
a,l,c)),s=a=>a(n.fields.z?.values??Ny,n.header.dim,n.codes.labels),r=R((a,l)=>{let c=new Map;return(m,u)=>{let p=`${Array.
from(m)};${Array.from(u)}`;!c.has(p)&&c.size>=Oy&&c.clear();let f=c.get(p)??Gm([Ws(m,u),$s(Gr(l.cheapestPath(m,u)))],a);
return c.set(p,f),f}}),o=R(Vm);return{graph:()=>s(e),nearnessAt:a=>s(t).nearnessAt(a),geodesic:()=>{let{decoder:{networks:a},
header:l}=n;return!a||jm(l.dim,a.decoder.multiplications)>Fy?null:r(o(a,l.y??null),s(e))}}}var ro=class{tool;host=d("ol",{class:"lp-waypoints","aria-label":h("Waypoints")});rows=[];constructor(e){this.tool=e}showWaypoints(e){
for(;this.rows.length>e.length;)this.removeLastRow();for(;this.rows.length<e.length;)this.addRow(this.rows.length);this.
rows.forEach(({text:t},s)=>t.textContent=V(e[s],3))}showImages(e,t){e.forEach((s,r)=>{this.rows[r]&&U(this.rows[r].canvas,
s,t)})}addRow(e){let t=e+1,s=d("canvas",{role:"img","aria-label":h("Waypoint {number}, decoded",{number:t})}),r=d("span",
{}),o=we("↑",h("Waypoint {number}: move one earlier",{number:t}),()=>this.moveEarlier(e)),i=h("Waypoint {number}: move\
 here, to z",{number:t}),a=v(h("Move here"),()=>this.tool.changeRoute(()=>this.tool.route.waypoints[e]=this.tool.plane.z.
slice()),{"aria-label":i,title:i}),l=we("✕",h("Waypoint {number}: remove it",{number:t}),()=>this.tool.changeRoute(()=>this.
tool.route.waypoints.splice(e,1)));o.disabled=e===0;let c=d("li",{},d("b",{},String(e+1)),s,r,o,a,l);this.host.append(c),
this.rows.push({row:c,canvas:s,text:r,upButton:o,moveButton:a,removeButton:l})}removeLastRow(){let e=this.rows.pop(),t=e?.
row.matches(":focus-within");e?.row.remove(),t&&(this.rows[this.rows.length-1]?.removeButton??this.tool.controls.addButton).
focus()}moveEarlier(e){let{waypoints:t}=this.tool.route;this.tool.changeRoute(()=>[t[e-1],t[e]]=[t[e],t[e-1]]);let{upButton:s,
moveButton:r}=this.rows[e-1];(e>1?s:r).focus()}};var st="path",Ry=h("The path is straight, because the decoder does not run in the page, is too large there for a geodesi\
c, or returns no finite values on the way."),Dy=h("This plane cannot show it, since its places are no codes."),Km=h("Pla\
ce two or more waypoints on the plane: press W there, or use the buttons.");function _y(n,e){if(!n.every(o=>"direct"in o))
return Ry;let[t,s]=[n.map(({length:o})=>o),n.map(o=>Number(o.direct))].map(o=>o.reduce((i,a)=>i+a,0)),r={curved:ee(t,3),
direct:ee(s,3)};return e?h("Along it the decoded rows change by {curved}, on the straight line by {direct} (Σ ‖x̂ₖ₊₁ − x\
̂ₖ‖, levels in 0–1).",r):h("Along it the decoded images change by {curved}, on the straight line by {direct} (Σ ‖\
x̂ₖ₊₁ − x̂ₖ‖, pixels in 0–1).",r)}var ha=class{plane;route=Vr("");codes=[];animation={codes:[],images:[],
shape:[1,1,1]};geometry;haveInputsChanged=C();updatePathNextFrame=Ue(()=>this.updatePath());decodeRequests;marks;waypoints;controls;strip;player;arithmetic;status;decodeNote;barsNote;pathSection;constructor(e,t){
this.plane=e,this.geometry=$m(e),this.decodeRequests=new ne(({waypoints:r,stripCodes:o},i)=>he(e,[...r,...o],i),(r,o)=>this.
showImages(r,o),r=>this.decodeNote.textContent=r.message),this.marks=new $r(e,(r,o)=>this.changeRoute(()=>this.route.waypoints[r]=
o)),this.waypoints=new ro(this),this.controls=new Qr(this),this.strip=new ps(r=>this.goToImage(r)),this.player=new Wr(r=>this.
showFrame(r),r=>this.route.pace=r),this.arithmetic=new Jr(this),this.status=d("p",{role:"status"},Km),this.decodeNote=d(
"p",{class:"lp-way",role:"status"}),this.barsNote=d("p",{class:"lp-note"},Zi),this.pathSection=d("div",{hidden:!0},this.
strip.host,this.barsNote,Bm(this));let s=d("div",{class:"lp-path"},this.controls.host,this.player.host);t.append(s,this.
status,this.decodeNote,this.pathSection,this.arithmetic.host),this.addListeners()}addListeners(){let{events:e}=this.plane;
e.on("data",()=>{let{features:t}=this.plane.header;this.player.chart.setFeatures(t??null),A(this.barsNote,z(Zi,!!t)),A(this.
controls.itemsLabel,z(h("Images"),!!t)),this.refresh()}),e.on("networks",()=>this.refresh()),e.on("drag",({on:t})=>this.
player.setSuspended(t||!this.isOpen)),e.on("tool",({id:t})=>{t===st&&this.refresh()}),e.on("key",({id:t})=>{t===st&&this.
plane.tools.openSection(st)&&this.addWaypoint(this.plane.z)}),e.on("close",()=>this.onSectionClose()),this.plane.urlState?.
addSetting(st,{toText:()=>this.plane.tools.isOpen(st)?Tm(this.route):"",restore:t=>{Cm(Vr(this.plane.header.revision),t),
this.haveInputsChanged(),this.refresh()}})}get isOpen(){return this.plane.tools.isOpen(st)}onSectionClose(){this.player.
setSuspended(!0),this.arithmetic.close(),this.decodeRequests.cancel(),this.updatePathNextFrame.close()}refresh(){let{plane:e}=this,
t=Vr(e.header.revision);if(t!==this.route&&(this.player.paceSlider.value=String(t.pace)),this.route=t,this.player.setSuspended(
!this.isOpen||e.dragging),this.controls.randomButton.hidden=!e.header.prior,!this.isOpen)return this.marks.setPath([],[]);
this.arithmetic.refresh(),this.haveInputsChanged(t,e.fields.z,e.slice,e.header.y,e.decoder.networks)?this.updatePath():this.
marks.setPath(t.waypoints,this.codes,t.kind==="geodesic")}changeRoute(e){e(),this.updatePathNextFrame(),this.plane.urlState?.
scheduleSend(st)}addWaypoint(e){this.route.waypoints.length>=Ks?this.status.textContent=h("A path has at most {count} wa\
ypoints; remove one first.",{count:Ks}):this.changeRoute(()=>this.route.waypoints.push(Float32Array.from(e)))}setRandomWaypoints(){
let{prior:e,dim:t}=this.plane.header;if(!e)return;let s=()=>Ut(e,t,Math.random,this.plane.prior.samples);this.changeRoute(
()=>this.route.waypoints=[s(),s()])}goToImage(e){this.player.pauseAt(e*j),this.plane.moveZTo(this.codes[e*j])}updatePath(){
let{route:e}=this,t=e.waypoints.length>1,s=(e.count-1)*j+1,r=t?Am(e,this.geometry):[];this.codes=t?oe(Mm(r,s),s):[],this.
controls.showRoute(e),this.waypoints.showWaypoints(e.waypoints),this.pathSection.hidden=this.player.host.hidden=!t;let o=this.
stripCodes(),i=o.map(a=>this.geometry.nearnessAt(a));this.strip.showCodes(o,i),this.marks.setPath(e.waypoints,this.codes,
e.kind==="geodesic"),this.writeStatus(i,t&&e.kind==="geodesic"?_y(r,!!this.plane.header.features):""),this.requestImages()}stripCodes(){
return this.codes.filter((e,t)=>t%j===0)}writeStatus(e,t){let{waypoints:s}=this.route,r=e.filter(u=>u<Yi).length,{header:o,
slice:i}=this.plane,a=!!o.features;if(!e.length){A(this.status,Km);return}let l={waypoints:s.length,images:e.length,empty:r},
c=r?h("A path through {waypoints} waypoints, {images} images; {empty} of them in empty space.",l):h("A path through {way\
points} waypoints, {images} images; none of them in empty space.",l),m=I(ms(o),i.decodable?"":Dy);A(this.status,I(z(c,a),
t,m))}requestImages(){let{waypoints:e}=this.route,t=!!this.plane.decoder.networks;this.decodeNote.textContent=t||!e.length?
"":h("The server is decoding the images …"),this.decodeRequests.submit({waypoints:[...e],codes:this.codes,stripCodes:this.
stripCodes(),stride:t?1:j})}showImages({images:e,shape:t},{waypoints:s,codes:r,stride:o}){let{route:i}=this;r.length!==this.
codes.length||s.length!==i.waypoints.length||(r===this.codes&&(this.decodeNote.textContent=""),this.animation={codes:r,images:e.
slice(s.length),shape:t},this.waypoints.showImages(e.slice(0,s.length),t),this.strip.showImages(this.animation.images,t),
this.player.setFrames(r.length,o))}showFrame(e){let{networks:t}=this.plane.decoder,{codes:s,images:r,shape:o}=this.animation,
i=s[e];U(this.player.image,t?t.decode(i,this.plane.header.y??null):r[Math.floor(e/j)],o),this.marks.moveDot(i),this.strip.
markImage(Math.floor(e/j))}},Xm={id:st,title:h("Paths and arithmetic"),host:"below",Kind:ha};var Ym=[Nm,Fm,gm,Xm,Im],oo=class{sections=new Map;constructor(e){for(let{id:t,title:s,host:r,Kind:o}of Ym){let i=d("div",
{class:"lp-tool-body"}),a=d("details",{class:"lp-tool","data-tool":t,hidden:!0,ontoggle:()=>{e.events.emit("tool",{id:t,
open:a.open}),a.open&&a.querySelector("summary:focus")&&a.scrollIntoView({block:"nearest"})}},d("summary",{},s),i);this.
sections.set(t,a),e.parts[r].append(a),new o(e,i)}}showTools(e){for(let{id:t,title:s,titleFor:r}of Ym){let o=this.sections.
get(t);o.hidden=!e.tools?.includes(t),A(vs(o,"summary"),r?.(e)||s)}}isAvailable(e){return this.sections.get(e)?.hidden===
!1}isOpen(e){let t=this.sections.get(e);return!!(t&&!t.hidden&&t.open)}openSection(e){let t=this.sections.get(e);return!t||
t.hidden?null:(t.open=!0,t)}openAndFocus(e){let t=this.openSection(e);t?.scrollIntoView({block:"nearest"}),t?.querySelector(
"summary")?.focus()}};var He=class extends Pr{pointer;keyboard;urlState;tools;colours;pastView;paintingLayer;constructor(e){super(),this.pointer=
new Lr(this),this.keyboard=new Ir(this),this.urlState=new Er(this),this.tools=new oo(this),this.colours=new Nr(this),cl(
this),dl(this),new wn(this),this.pastView=new Gn(this),new _n(this),this.paintingLayer=new Nn(this),new Cn(this,new sr(this,
this.pastView)),gl(this),ll(this),e.append(this.parts.root)}update(e){let{header:t,fields:s}=this.colours.colourMessage(
e),r=this.header,o=Lt(this.parts.root);if(this.ready&&JSON.stringify(o)===JSON.stringify(this.theme)&&Yh({header:r,fields:this.
fields},{header:t,fields:s})){this.header=t,this.settings.layerEchoes.isNewValue(JSON.stringify(t.layers)),this.fields={
...this.fields,image:s.image};let u=this.acceptCode(t,!1);return this.decoder.load(t,s),t.dim>2&&this.scene.startTasks(),
this.emitChanges(u),this.events.emit("data",{isOtherRevision:!1})}let a=!this.ready||r.revision!==t.revision,l=a||JSON.stringify(
[r.axes,r.pca])!==JSON.stringify([t.axes,t.pca]);this.ready=!0,this.header=t,this.fields=s,this.theme=o,this.slice=yn(t),
this.prior=new Fe(t,s),this.settings=Xh(t.revision,t),(this.settings.layerEchoes.isNewValue(JSON.stringify(t.layers))||a)&&
Object.assign(this.settings.layers,t.layers),!a&&JSON.stringify([r.classes,r.groups?.sha])!==JSON.stringify([t.classes,t.
groups?.sha])&&this.forgetGroupNumbers(),this.view.setHome(t.extent,t.centre),l&&this.view.goHome(),a&&t.view&&this.view.
showBox(t.view),a&&this.dropRevision();let m=this.acceptCode(t,a);this.placeCodes(t,s),this.sprites.load(t.sprites,t.server),
this.items.load(t.items),s.image&&dn(this.parts.root,s.image.shape),this.decoder.load(t,s),this.selection.clearIfCountDiffers(
this.codes.xy.length/2),this.setNote("data",""),this.setNote("sampled",Gh(t.sampled)),this.panel.chart.setFeatures(t.features??
null),this.panel.sliders.buildSliders(this.prior,t.ranges),this.tools.showTools(t),this.showContent(),this.emitChanges(m),
this.events.emit("data",{isOtherRevision:a})}recolour({header:e,fields:t}){this.sendPending(),this.header=e,this.fields=
t,this.forgetGroupNumbers(),this.colourCodes(e,t),this.showContent(),this.refresh(),this.events.emit("data",{isOtherRevision:!1})}forgetGroupNumbers(){
this.settings.hidden.clear(),qa(Se(this.header.revision)),this.urlState.scheduleSend("directions")}showContent(){this.scene.
updateLayers(),Ps(this),this.selection.dropHidden()&&this.onSelectionChanged(),this.updateSwitches(),this.redrawOverlays()}returnToDragStart(){
this.setZ(this.pointer.dragStart.z,"link")}applyMissedMessage(){this.ready&&this.missedMessage&&this.emitChanges(this.acceptCode(
this.header,!1))}dropRevision(){window.clearTimeout(this.settleTimer),this.settleTimer=0,this.hovered=-1,this.selection.
setMask(null),this.scene.dropComputed()}emitChanges({z:e,picked:t}){this.refresh(),e&&this.events.emit("z",{source:"pyth\
on"}),t&&this.events.emit("pick",{index:this.picked,source:"python"})}},VL=Z(He);var en=n=>n.length>0&&n.every(({pastView:e})=>!!e.plane?.header.features);function ma({pastView:n,stop:e,heldEnd:t}){let{
step:s,epoch:r}=n.momentAt(e),o=Ye(s,r),[i,a]=n.frameInfo?.live?[h("live"),h("no further yet, still training")]:[h("the \
present"),h("its end")],l=[];return t==="last"?l.push(a):e>=n.lastStopIndex&&l.push(i),t==="first"&&l.push(h("its first \
frame")),e<n.lastStopIndex&&!n.history&&l.push(h("shown as it is now until its frames are fetched")),l.length?`${o} (${l.
join("; ")})`:o}function By({pastView:n,stop:e}){if(e>=n.lastStopIndex)return h("now");let{key:t,net:s}=n.decoderAt(e);return t<
0?h("the latest; none closer was saved"):s==="failed"?h("the latest; that of step {step} could not be fetched",{step:t.toLocaleString(
"en")}):s==="here"?h("step {step}",{step:t.toLocaleString("en")}):h("the latest, until another is fetched")}function Zm(n){
let e=z(h("Images seen"),en(n)),t=n.map(r=>{let{pastView:o,title:i,stop:a}=r,{losses:l,distance:c,step:m}=o.momentAt(a),
{phases:u={},measure:p=""}=o.history?.header??{},f=o.frameInfo?(m*o.frameInfo.batch).toLocaleString("en"):"–",g=new Map(
[["",i],[h("Position"),ma(r)],[e,f]]);for(let[b,y]of Object.entries(u))b in l&&g.set(h("Loss: {phase}",{phase:_s(y)}),oi(
l[b]));return c!==null&&g.set(_s(p),T(c,3)),g}),s=[...new Set(t.flatMap(r=>[...r.keys()]))];return{head:[...s,h("Decoder\
 of")],rows:t.map((r,o)=>[...s.map(i=>r.get(i)??"–"),By(n[o])])}}var Hy=704,zy=31,Uy=8,Jm="--moments-below",Qm="--moments-room";function eu(n,e,t){n.replaceChildren(...e.flatMap(s=>{let{
pastView:r,title:o,values:i}=s,a=d("span",{class:"lp-lane","aria-hidden":"true"}),l=u=>t(i[Math.max(0,r.stops.findLastIndex(
p=>p<=u))]);Hs(a,r.history?jt(r.history.header,l):[]);let[c,m]=[t(i[0]),t(i[i.length-1])];return a.prepend(d("i",{class:"\
lp-lane-reach",style:`left:${100*c}%;width:${100*(m-c)}%`})),[a,d("span",{class:"lp-lane-name"},o)]}))}function tu(n,e,t,s){
let r=document.documentElement.style,o=()=>{let a=n.getBoundingClientRect(),l=Math.min(...s().map(p=>p.getBoundingClientRect().
top+ka())),c=p=>window.innerHeight-l-(p.getBoundingClientRect().bottom-a.top)-Uy,m=parseFloat(getComputedStyle(document.
documentElement).fontSize),u=n.clientWidth<Hy||c(t)<zy*m?e:t;r.setProperty(Jm,`${Math.max(0,Math.floor(a.bottom-u.getBoundingClientRect().
bottom))}px`),Number.isFinite(l)&&r.setProperty(Qm,`${Math.floor(c(u))}px`)},i=new ResizeObserver(o);for(let a of[n,document.
documentElement,Ca()])i.observe(a);return{update:o,dispose:()=>{i.disconnect();for(let a of[Jm,Qm])r.removeProperty(a)}}}
var io=class{body=d("table",{class:"lp-two-table"});root=d("div",{class:"lp-two-scroll",role:"region",tabindex:"0","aria\
-label":h("Both trainings at this moment")},this.body);hasChanged=C();cells=[];showMoments(e,t){let{head:s,rows:r}=Zm(e);
this.hasChanged(JSON.stringify([s,r.length,t]))&&this.build(s,r.length,t),r.forEach((o,i)=>o.forEach((a,l)=>A(this.cells[i][l],
a)))}build(e,t,s){this.cells=Array.from({length:t},()=>e.map((o,i)=>d(i?"td":"th",i?{}:{scope:"row"})));let r=d("tr",{},
...e.map(o=>d(o?"th":"td",o?{scope:"col"}:{},o)));this.body.replaceChildren(d("thead",{},r),d("tbody",{},...[...this.cells,
...s.map(([o,i])=>[d("th",{scope:"row"},o),d("td",{colspan:e.length-1},i)])].map(o=>d("tr",{},...o))))}};var qy=h("In each lane, dots mark decoders that were saved, bars mark resumed training, and triangles mark changes of th\
e learning rates."),Gy={title:h("Both trainings on one time axis"),moment:h("Moment of both trainings"),help:h("Drag thr\
ough both trainings; Space plays them")},tn=class extends Xt{header={};sendMessage=()=>{};hasTrails=!1;table=new io;lanes=d(
"div",{class:"lp-lanes"});unitSelect=d("select",{"aria-label":h("Time axis"),onchange:()=>this.changeUnit(this.unitSelect.
value)},...mi.map(e=>d("option",{value:e},Je[e].title)));notes=d("div",{class:"lp-notes",role:"status"});root;axisVisibility;stopListening;constructor(e){
super(Gy),this.unit="images";let{host:t,axis:s,row:r}=this.scrubber;r.append(d("label",{class:"lp-two-axis"},h("Axis:")+
" ",this.unitSelect));let o=d("div",{class:"lp-two-controls"},s,this.lanes,r);t.prepend(o,this.table.root),this.root=d("\
div",{class:"lp lp-two"},this.notes,t),e.append(this.root),this.axisVisibility=tu(this.root,o,this.table.root,()=>[...zo(
this.header.group).values()].map(({parts:i})=>i.surface)),this.stopListening=E.on("history",({plane:i,kind:a,sentence:l=""})=>this.
onHistoryEvent(i,a,l))}close(){this.stop(),this.stopListening(),this.axisVisibility.dispose();for(let{pastView:e}of this.
sides)e.plane.closed||e.showPresent()}setNote(e,t){Ee(this.notes,e,t)}update({header:e}){this.header=e,this.isNewPosition(
e.axis,e.value)&&(this.player.stop(),this.unit=e.axis,this.value=e.value),this.setNote("data",""),this.updateSides(),this.
value!==null&&this.fetchFrames()}onHistoryEvent(e,t,s){let{link:r}=e.header;!r||r.group!==this.header.group||(t==="faile\
d"&&this.onFetchFailed(),(t==="failed"||s)&&this.scrubber.showStatus(s&&`${r.title}: ${s}`),this.updateSides(),t==="mess\
age"&&this.value!==null&&this.fetchFrames())}updateSides(){let e=zo(this.header.group),t=[];for(let s of[0,1]){let r=e.get(
s),o=r&&Ql(r);!r?.ready||r.closed||!o?.frameInfo||(o.hasTrails!==this.hasTrails&&o.setTrails(this.hasTrails),t.push({title:r.
header.link?.title??"",pastView:o}))}if(this.setSides(t),this.axisVisibility.update(),!this.sides.length)return this.stop();
mi.forEach((s,r)=>this.unitSelect.children[r].textContent=z(Je[s].title,en(this.sides))),this.unitSelect.value=this.unit,
eu(this.lanes,this.sides,s=>X(this.stops,s)/this.lastStopIndex),this.showSides()}changeUnit(e){this.player.stop();let t=this.
sides.find(({heldEnd:s})=>!s)??this.sides[0];this.unit=e,this.value=this.isNow?null:Je[e].valueOfStep(t.pastView.stops[t.
stop],t.pastView.frameInfo),this.updateSides(),this.scheduleSend()}setTrails(e){this.hasTrails=e,super.setTrails(e)}sendPosition(e){
return this.sendMessage("moment",{axis:this.unit,value:e}),!0}describe(){let{sides:e,scrubber:t,positionText:s}=this;t.showPosition(
this.fractionalStopIndex,s,`${s}: ${e.map(r=>h("{title} at {position}",{title:r.title,position:ma(r)})).join("; ")}`),this.
table.showMoments(e,this.header.silent??[]),t.showTexts("",this.remarksText())}get positionText(){let e=this.sides.some(
({pastView:t})=>t.frameInfo?.live);return this.isNow?e?h("live"):h("now"):z(Je[this.unit].valueText(this.value),en(this.
sides))}remarksText(){let{sides:e,header:t}=this,s=e.map(({title:l,pastView:c})=>({title:l,frameInfo:c.frameInfo})),r=e.
flatMap(({pastView:l})=>l.history?[l.history.header]:[]),o=r.some(l=>jt(l,()=>0).length)?qy:"",i=r.some(({adversary:l})=>l)?
Dn:"",a=z(rc(this.unit,s),en(e));return I(a,...t.remarks??[],i,o)}},yI=Z(tn);var Vy=/%2C|%7E|%3B/g;var su=n=>n.toString().replace(Vy,e=>decodeURIComponent(e));var Wy=/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i,$y=1e6,Ky=1e6,nu=6,Xy=100,Yy=["inspect","draw","path","directions"];function lo(n){
let e=n.split(","),t=e.map(Number);return e.every(s=>Wy.test(s))&&t.every(s=>Math.abs(s)<$y)?t:null}var Q=(n,e)=>t=>/^-?\d{1,11}$/.
test(t)&&Number(t)>=n&&Number(t)<=e?Number(t):null;function da(n){return e=>{let t=lo(e);return t?.length===n?t:null}}function ua(n,e){
return t=>{let s=t.split(",").filter(Boolean).map(e);return s.every(r=>n.includes(r))&&new Set(s).size===s.length?s:null}}
function pa(n,e){return t=>{let s=t.split(",").filter(r=>r.trim()).map(r=>Q(0,e-1)(r.trim()));return s.length>=1&&s.length<=
n&&!s.includes(null)?s:null}}function ru(n){return e=>{let t=e.split("~"),[s,r]=t.map(Q(0,n-1)),[o]=lo(t[2]??"")??[NaN];
return t.length===3&&s!==null&&r!==null&&o>=0&&o<=1?{a:s,b:r,t:o}:null}}var ou=n=>e=>/^\d{1,15}(\.\d{1,6})?$/.test(e)&&Number(
e)<=n+1e-6?Number(e):null,Te=n=>e=>n.includes(e)?e:null;function Zy(n){let e=lo(n);if(e?.length!==4||!(e[0]<e[1]&&e[2]<e[3]))
return null;let[t,s,r,o]=e;return{x0:t,x1:s,y0:r,y1:o}}function Jy(n){let e=lo(n.replace(/~$/,""))??[];return e.length%2||
e.length<6||e.length>360?null:e}function Qy(n,e){let[t,s="",...r]=n.split("~"),o=r.join("~").split(";");return Object.hasOwn(
Xs,t)&&Q(fs[0],fs[1])(s)!==null&&o.length<=Ks&&o.every(a=>da(e)(a))?n:null}function ew(n,e){let t=n.split("~"),s=i=>["",
...J].includes(i)||Q(0,Ky)(i)!==null,r=t.length===2+J.length&&t.slice(0,2).every(s),o=i=>{let[a,l=""]=i.split(":");return!i||
Q(1,1e9)(a)!==null&&da(e)(l)!==null};return r&&t.slice(2).every(o)?n:null}var iu={z:({dim:n})=>da(n),picked:({link:n},e)=>t=>{
let[s,r]=t.split("~"),o=Q(0,e-1)(s);return o===null||(n?!/^[01]$/.test(r??""):r!==void 0)?null:{index:o,side:Number(r??0)}},
layers:()=>ua(Me.map(({id:n})=>n),String),frame:({history:n})=>n?Q(0,Math.max(n.now,...n.steps)):()=>null,view:()=>Zy,hidden:({
classes:n})=>ua([-1,...n.keys()],e=>/^-?\d+$/.test(e)?Number(e):NaN),lasso:()=>Jy,open:()=>ua(Yy,String),path:({dim:n})=>e=>Qy(
e,n),directions:({dim:n})=>e=>ew(e,n),feature:({features:n})=>n?Q(0,n.names.length-1):()=>null,trails:()=>Te(["1"]),more:()=>Te(
["1"])},ao=class{readers=new Map;texts=new Map;keepsUnread=!1;register(e,t){this.readers.set(e,t)}readAddress(){let e=[...new URLSearchParams(
ve.search())],t=new Map;for(let[o]of e)t.set(o,(t.get(o)??0)+1);let s=new Set;for(let[o,i]of e)t.get(o)===1&&i.length<=Oi&&
this.isValid(o,i)?this.texts.set(o,i):s.add(o);if(!s.size)return"";let r=[...s].slice(0,nu).map(o=>`“${o.slice(0,20)}”`).
join(", ");return h("The address has settings that this page cannot read, which were ignored: {names}.",{names:r+(s.size>
nu?", …":"")})}isValid(e,t){let s=this.readers.get(e);if(!s)return this.keepsUnread&&this.texts.size<Xy;let r=s(t);return r!=
null}get(e){let t=this.texts.get(e);return t===void 0?null:this.readers.get(e)?.(t)??null}setTexts(e){for(let[t,s]of Object.
entries(e))s!==null?this.texts.set(t,s):this.texts.delete(t);ve.href()&&ve.put(new URL(this.href()))}href(e=this.texts){
let t=su(new URLSearchParams([...e].sort()));return ve.href().split("#")[0]+(t?`#${t}`:"#")}};var au=n=>Ms({header:n,fields:{}}),nt=class{colourings;settings;setSettings;hiddenNames=new Set;select;note=d("span",{role:"\
status"});constructor(e,t,s){this.colourings=e,this.settings=t,this.setSettings=s,this.select=d("select",{onchange:()=>this.
choose(e[this.select.selectedIndex])},...ue(e.map(({title:r})=>r))),e.length&&t.register("colour",Te(e.map(({column:r})=>r)))}get elements(){
return this.colourings.length?[d("label",{},h("Colour of the codes"),this.select),this.note]:[]}get chosen(){let e=this.
settings.get("colour")??"";return this.colourings.find(t=>t.column===e)}widestHeader(e){if(!this.colourings.length)return e;
e.names.hidden&&this.hiddenNames.add(e.names.hidden);let t=Math.max(e.classes.length,...this.colourings.map(s=>s.count));
return{...e,classes:Array.from({length:t},(s,r)=>e.classes[r]??"")}}async load(){let{chosen:e}=this;e&&await this.loadGroups(
e),e&&(this.select.selectedIndex=this.colourings.indexOf(e))}async loadGroups({changes:e}){let t="",s=e.flatMap(r=>r?[au(
r)]:[]);return await Promise.all(s).catch(r=>{t=lt(r)}),A(this.note,t),!t}async choose(e){let t=await this.loadGroups(e);
if(this.colourings[this.select.selectedIndex]!==e)return;if(!t){this.select.selectedIndex=this.chosen?this.colourings.indexOf(
this.chosen):0;return}let s=Object.fromEntries([...this.hiddenNames].map(r=>[r,null]));this.setSettings({...s,colour:e.column||
null})}colour(e,t=0){let{chosen:s}=this;if(!s)return e;let{link:r}=e.header,o={...e.header,link:r&&s.shared?{...r,shares:s.
shared}:r},i=s.changes[t],a=i&&au(i);return!a||a instanceof Promise?{...e,header:o}:{header:{...o,...a.header},fields:{...e.
fields,...a.fields}}}};var rt=class{description;settings;components=[];constructor(e,t){this.description=e,this.settings=t}show(){}setSettings(e){
this.settings.setTexts(e),this.show()}};var tw=new Set(["z","picked","layers","frame","view"]),sw={"The plane":h("The plane"),"The grid":h("The grid"),"The time\
 axis":h("The time axis"),"The game":h("The game"),"The board":h("The board")},ot=async(n,e)=>Ms(re(new Uint8Array(await Y(
n,sw[e])))),sn=n=>Array.from(n,e=>ee(Math.fround(e),Di)).join(),co=({dim:n},e,t)=>Array.from(e.z.values.subarray(t*n,(t+
1)*n));function ho({contents:n},e,t){let s=(e.content??e.labels).values[t];return n.length&&s>=0?s:null}function bs(n,e,t){
for(let[s,r]of Object.entries(e.names))n.register(r,iu[s](e,t))}function ys(n,e){let{names:t}=e,s=n.get(t.z),r=n.get(t.layers),
o=Object.entries(t).flatMap(([i,a])=>tw.has(i)||!n.texts.has(a)?[]:[[i,n.texts.get(a)]]);return{code:s??e.code,layers:r?
Object.fromEntries(Object.keys(e.layers).map(i=>[i,r.includes(i)])):e.layers,setting_texts:Object.fromEntries(o),frame:t.
frame?n.get(t.frame):null,view:t.view?n.get(t.view):null}}function ws(n,e,...[t,s]){let{names:r,layers:o}=n,i=r[t];if(t===
"code")return{[r.z]:sn(s.z),[r.picked]:null};if(t==="picked")return s.index<0?{[i]:null}:{[r.z]:sn(co(n,e,s.index)),[i]:String(
s.index)};if(!i)return{};if(t==="frame")return{[i]:s.step===null?null:String(s.step)};if(t==="view")return{[i]:s.home?null:
[s.x0,s.x1,s.y0,s.y1].map(l=>ee(l,Ri)).join()};if(t!=="layers")return{[i]:s.text||null};let a=Object.keys(o);return{[i]:a.
every(l=>s[l]===o[l])?null:a.filter(l=>s[l]).join()}}var mo=R(()=>{let n=new CSSStyleSheet;return n.replaceSync(PAGE_STYLE),n});var Ce=class{mount;onMessage;host=d("div",{"data-part":!0});root=this.host.attachShadow({mode:"open"});unmount;constructor(e,t,s){
this.mount=t,this.onMessage=s,this.root.adoptedStyleSheets=[mo()],e.append(this.host),this.unmount=()=>{}}sendMessage({header:e,
fields:t},s){if(!this.host.isConnected)return;let r={header:{...e,...s},fields:t},o=(i,a)=>{window.setTimeout(()=>this.onMessage(
i,a))};this.unmount=this.mount({data:r,parentElement:this.root,setStateValue:o})}close(){this.host.remove(),this.unmount()}};var nw=Z(He),rw=Z(tn),ow=6,uo=class extends rt{axis=null;selects;sides=[];colours=new nt(this.description.colourings,this.
settings,e=>this.setSettings(e));async prepare(){let{description:e,settings:t}=this;this.sides=await Promise.all(e.planes.
map(async({message:r,changes:o})=>{let{header:i,fields:a}=await ot(r,"The plane");return{header:{...i,...o},fields:a}})),
this.axis=e.axis===null?null:await ot(e.axis,"The time axis"),this.sides.forEach(({header:r},o)=>{bs(t,this.colours.widestHeader(
r),e.counts[o]);let i=e.contents[o];i&&t.register(i,Q(0,r.contents.length-1))});let s=Object.keys(e.ends);t.register("ax\
is",Te(s)),t.register("moment",r=>ou(e.ends[t.get("axis")??s[0]])(r))}open(e){let t=d("div",{class:"ho-two"});if(e.append(
this.buildControls(),t),this.components=this.sides.map((s,r)=>{let o=d("div",{});return t.append(o),new Ce(o,nw,(...i)=>this.
handlePlaneMessage(r,...i))}),this.axis){let s=d("div",{class:"ho-moments"});e.append(s),this.components.push(new Ce(s,rw,
(r,o)=>r==="moment"&&this.handleAxisMessage(o)))}return this.colours.load().then(()=>this.show())}selectedIndex(e){let t=this.
settings.get(this.sides[0].header.names.picked);return!t||t.index>=this.description.counts[t.side]?null:t.side===e||this.
description.shared.includes("images")?t.index:null}codeOnPlane(e){let{header:t,fields:s}=this.sides[e],r=this.selectedIndex(
e);return r===null?this.settings.get(t.names.z)??t.code:co(t,s,r)}show(){let{settings:e,description:t}=this;this.sides.forEach(
(s,r)=>{let{header:o}=s,i=t.contents[r],a=(i&&e.get(i))??o.y;this.components[r].sendMessage(this.colours.colour(s,r),{...ys(
e,o),code:this.codeOnPlane(r),picked:this.selectedIndex(r),y:a}),this.selects?.forEach(l=>l.dataset.name===i&&(l.value=String(
a)))}),this.axis&&this.components[2].sendMessage(this.axis,{axis:e.get("axis")??Object.keys(t.ends)[0],value:e.get("mome\
nt")})}handlePlaneMessage(e,...t){let[s,r]=t,{header:o}=this.sides[e],{z:i,picked:a}=o.names;if(s!=="picked")return this.
setSettings(ws(o,this.sides[e].fields,...t));if(r.index<0)return this.setSettings({[i]:sn(this.codeOnPlane(e)),[a]:null});
let[l,c]=["images","z"].map(p=>this.description.shared.includes(p)),m=l&&!c?[0,1]:[e],u={[a]:`${r.index}~${e}`};for(let p of m)
u[this.sides[p].header.names.z]=sn(co(this.sides[p].header,this.sides[p].fields,r.index));for(let p of l?[1,0]:[e]){let f=ho(
this.sides[p].header,this.sides[p].fields,r.index),g=this.description.contents[p];g&&f!==null&&(u[g]=String(f))}this.setSettings(
u)}handleAxisMessage({axis:e,value:t}){this.setSettings({axis:e===Object.keys(this.description.ends)[0]?null:e,moment:t===
null?null:String(Number(t.toFixed(ow)))})}buildControls(){let e=[...new Set(this.description.contents)].filter(s=>s!==null);
this.selects=e.map(s=>{let{header:r}=this.sides[this.description.contents.indexOf(s)],o=d("select",{"data-name":s},...ue(
r.contents));return o.addEventListener("change",()=>this.setSettings({[s]:o.value})),o});let t=s=>e.length<2?h("Content \
y"):this.description.contents.indexOf(s)?h("Content y of right"):h("Content y of left");return d("div",{class:"lp ho-row"},
...this.selects.map((s,r)=>d("label",{},t(e[r]),s)),...this.colours.elements)}};var iw={image:h("image"),row:h("row")},aw=Z(He),po=class extends rt{fields;header={};messages=new W(this.description.scenes.
length);shownScene=this.description.scenes[0];missingSentence="";colours=new nt(this.description.colourings,this.settings,
e=>this.setSettings(e));projectionSelect=d("select",{onchange:()=>this.showScene(this.description.scenes[Number(this.projectionSelect.
value)])});content=d("select",{onchange:()=>this.setSettings({y:this.content.value})});numberInput=d("input",{type:"numb\
er",min:0,step:1,placeholder:h("none"),onchange:()=>this.selectTypedNumber()});noteElement=d("p",{class:"lp-note",role:"\
status",hidden:!0});async prepare(){let{settings:e,description:t}=this,{header:s,fields:r}=await this.loadFirstScene();this.
header=s,this.fields=r,bs(e,this.colours.widestHeader(this.header),t.count),e.register("view",Te(t.scenes.map(({view:i})=>i)));
let o=t.scenes.flatMap(({across:i,up:a})=>[i,a]);for(let i of["across","up"])e.register(i,Q(1,Math.max(1,...o)));e.register(
"y",this.header.contents.length?Q(0,this.header.contents.length-1):()=>null)}async loadFirstScene(){let e="";for(let t of this.
description.scenes){this.shownScene=t;let s=await this.fetchMessage(t).catch(r=>{e||=lt(r)});if(s)return s}throw new at(
e)}fetchMessage({message:e}){return this.messages.getOrFetch(e,()=>ot(e,"The plane"))}get selectedScene(){let{settings:e,
description:t}=this,[s]=t.scenes,[r,o,i]=[e.get("view")??s.view,e.get("across")??1,e.get("up")??2];return t.scenes.find(
a=>a.view===r&&(r!=="pair"||a.across===o&&a.up===i))??t.scenes.find(a=>a.view===r)??s}open(e){return e.append(this.buildControls()),
this.components=[new Ce(e,aw,(...t)=>this.handlePlaneMessage(...t))],this.show()}async show(){let{selectedScene:e,settings:t,
description:s}=this;this.projectionSelect.value=String(s.scenes.indexOf(e));let r="",o=await this.fetchMessage(e).catch(
u=>{r=lt(u)});if(await this.colours.load(),e!==this.selectedScene)return;if(!o)return this.showScene(this.shownScene,h("\
“{title}” cannot be shown. {problem}",{title:e.title,problem:r}));this.shownScene=e;let{header:i}=o,a=ys(t,i),l=t.get(
i.names.picked)?.index??null,c=t.get("y")??i.y;this.components[0]?.sendMessage(this.colours.colour(o),{...a,picked:l,y:c}),
c!==null&&(this.content.value=String(c)),this.numberInput.value=l===null?"":String(l);let m=this.missingSentence||(s.notes[e.
view]??"");this.noteElement.hidden=!m,A(this.noteElement,m)}handlePlaneMessage(...e){let[t,s]=e,{fields:r,header:o}=this;
if(!r)return;let i=t==="picked"&&s.index>=0?ho(o,r,s.index):null;this.setSettings({...ws(o,r,...e),...i===null?{}:{y:String(
i)}})}buildControls(){let{description:e,header:t}=this,s=iw[e.item]??e.item;return this.projectionSelect.replaceChildren(
...ue(e.scenes.map(({title:r})=>r))),this.content.replaceChildren(...ue(t.contents)),this.numberInput.max=String(e.count-
1),d("div",{class:"lp"},d("div",{class:"ho-row",role:"group","aria-label":h("What the plane shows")},...e.scenes.length>
1?[d("label",{},h("Projection"),this.projectionSelect)]:[],...t.contents.length?[d("label",{},h("Content y"),this.content)]:
[],...this.colours.elements,d("label",{},s[0].toUpperCase()+s.slice(1),this.numberInput),v(h("Random {item}",{item:s}),()=>this.
handlePlaneMessage("picked",{index:Math.floor(e.count*Math.random())}))),this.noteElement)}selectTypedNumber(){let{value:e}=this.
numberInput,t=e?Q(0,this.description.count-1)(e):-1;t!==null?this.handlePlaneMessage("picked",{index:t}):this.numberInput.
value=String(this.settings.get(this.header.names.picked)?.index??"")}showScene({view:e,across:t,up:s},r=""){this.missingSentence=
r;let o=e==="pair";this.setSettings({view:this.description.scenes[0].view===e&&!o?null:e,across:o?String(t):null,up:o?String(
s):null,window:null,lasso:null})}};var lu=256;function cu(n,e,t,s){let[r,o]=[e,t].map(i=>i.map(a=>Array.from(a).join()));return n.flatMap((i,a)=>i.map((l,c)=>({
cell:l,key:`${s} ${r[a]} ${o[c]}`,z:e[a],y:t[c]})))}var fo=class{onStale;isRequesting=!1;error;failedRequest;constructor(e){
this.onStale=e,this.error=this.failedRequest=""}paintStale(e,{networks:t,usesServer:s,server:r}){let o=e.filter(({cell:c,
key:m})=>c.imageKey!==m);if(!o.length)return;let i=o.slice(0,t?.batchSizeFor(lu)??lu),[a,l]=[i.map(({z:c})=>c),i.map(({y:c})=>c)];
t?(this.paintCells(i,{images:t.decodeMany(a,l),shape:t.image}),this.error="",o.length>i.length&&this.onStale()):s&&r.canRequest(
"decode")&&!this.isRequesting&&this.requestImages(i,r)}paintCells(e,{images:t,shape:s}){e.forEach(({cell:r,key:o},i)=>{U(
r.canvas,t[i],s),r.imageKey=o})}requestImages(e,t){let s=e.map(({key:r})=>r).join();s!==this.failedRequest&&(this.isRequesting=
!0,t.decode(e.map(({z:r})=>r),e.map(({y:r})=>Array.from(r))).then(({images:r})=>{this.paintCells(e,Et(r)),this.onAnswer(
"","")},r=>this.onAnswer(r.message,s)))}onAnswer(e,t){this.isRequesting=!1,this.error=e,this.failedRequest=t,this.onStale()}};var hu=(n,e)=>({z_norm:Math.hypot(...n),get row_change(){return e()}});var lw=6;function go(n){let e=n?.closest("[data-kind]")??null;return e?{kind:e.dataset.kind,index:Number(e.dataset.at)}:
null}function mu(n,{onTarget:e,onDrop:t}){let s=null,r=a=>{if(!s||a.pointerId!==s.pointerId)return;if(!a.buttons)return i(
null);if(!s.ghost&&Math.hypot(a.clientX-s.x,a.clientY-s.y)<lw)return;let l=s.ghost??o(a,s.thumb);s.ghost=l;let c=n.getBoundingClientRect();
l.style.transform=`translate(${a.clientX-c.left}px, ${a.clientY-c.top}px)`;let m=n.getRootNode().elementFromPoint(a.clientX,
a.clientY),u=go(m);JSON.stringify(u)!==JSON.stringify(s.target)&&(s.target=u,e(s.image,u))},o=(a,l)=>(n.setPointerCapture(
a.pointerId),n.classList.add("sg-dragging"),n.appendChild(d("div",{class:"sg-ghost","aria-hidden":"true"},cw(l)))),i=a=>{
let l=s;s=null,n.classList.remove("sg-dragging"),l?.ghost?.remove(),l?.ghost&&t(l.image,a)};n.addEventListener("pointerd\
own",a=>{let l=a.target.closest("[data-image]");a.button||!l||s?.ghost||(s={pointerId:a.pointerId,image:Number(l.dataset.
image),thumb:l,x:a.clientX,y:a.clientY,ghost:null,target:null})}),n.addEventListener("pointermove",r),n.addEventListener(
"pointerup",a=>{a.pointerId===s?.pointerId&&i(s.target)}),n.addEventListener("pointercancel",a=>{a.pointerId===s?.pointerId&&
i(null)}),n.addEventListener("keydown",a=>{a.key==="Escape"&&s&&i(null)})}function cw(n){let e=n.querySelector("canvas");
if(!e)return n.textContent??"";let t=d("canvas",{width:e.width,height:e.height});return k(t).drawImage(e,0,0),t}function fa({a:n,b:e,t},s){let r=Math.round(100*t);return n===e||r===0?s[n]:r===100?s[e]:`${100-r} % ${s[n]}, ${r} % ${s[e]}`}
function uu({classes:n,contents:e,colours:t,features:s},{rows:r,columns:o,blend:i},{nameOf:a,idOf:l}){let c=fa(i,e),m=w=>e[w]===
n[w],u=w=>m(w)?e[w]:String(w),f=i.t>0&&i.t<1&&i.a!==i.b?`${u(i.a)}→​${u(i.b)}`:u(Math.round(i.t)?i.b:i.a),g=s?h("row"):
h("image"),b=r.map(w=>({name:l(w)||String(w),note:l(w)?void 0:g,spokenText:h("style of image {image}, {name}",{image:w,name:a(
w)}),image:w})),y=o.map(w=>{let S={name:u(w),spokenText:h("content {name}",{name:e[w]})};return m(w)&&(S.colour=t[w]),S});
return{rows:[{name:"",note:h("live"),spokenText:h("Live style")},...b],columns:[{name:f,note:h("live"),spokenText:h("Liv\
e content"),liveText:c},...y]}}function du(n,{kind:e,index:t},s,r,o){let{rows:i,columns:a,blend:l}=n;return e==="live-row"?n:e==="row"&&t<i.length?{...n,
rows:i.with(t,s)}:e==="row"||e==="new-row"?i.length>=o.rows?h("There are {count} rows already; remove one first.",{count:o.
rows}):{...n,rows:[...i,s]}:r<0?h("Image {image} has no class, so it cannot set a column’s content.",{image:s}):e==="c\
olumn"&&t<a.length?{...n,columns:a.with(t,r)}:e==="column"||e==="new-column"?a.length>=o.columns?h("There are {count} co\
lumns already; remove one first.",{count:o.columns}):{...n,columns:[...a,r]}:e==="a"||e==="b"?{...n,blend:{...l,[e]:r}}:
{...n,blend:{a:r,b:r===l.b?l.a:l.b,t:0}}}function pu(n,{kind:e,index:t}){let s=e==="row"?"rows":"columns";return n[s].length>
1?{...n,[s]:n[s].filter((r,o)=>o!==t)}:n}function fu({a:n,b:e,t},s){let r=new Float32Array(s);return r[n]+=1-t,r[e]+=t,r}
function gu(n,e,t){let s=Array.from(e,(a,l)=>l).filter(a=>e[a]>=0),r=s[Math.floor(t()*s.length)],o=s.filter(a=>e[a]!==e[r]);
if(!o.length)return null;let i=o[Math.floor(t()*o.length)];return{...n,rows:[r,i],columns:[e[r],e[i]]}}function bo(n,e,t){
let s=new Map,r=Array.from(n,(a,l)=>({label:a,k:l,order:t()})).sort((a,l)=>a.order-l.order);for(let{label:a}of r)s.set(a,
[]);for(let{label:a,k:l}of r)s.get(a)?.push(l);let o=[...s].sort(([a],[l])=>a-l).map(([,a])=>a),i=[];for(let a=0;i.length<
Math.min(e,n.length);a++)for(let l of o)a<l.length&&i.length<e&&i.push(l[a]);return i}var yo=class{grid;chart=new ce(h("The live style as the live content"));image=this.chart.canvas;priorNote=d("p",{class:"\
lp-where"});decoderNote=d("p",{class:"lp-way"});sliders;blend={a:0,b:0,t:0};shareSlider;contentSelects;root;haveContentsChanged;constructor(e){
this.grid=e,this.sliders=new as((s,r)=>e.moveDimension(s,r),()=>e.sendChanges()),this.shareSlider=d("input",{type:"range",
min:0,max:1,step:.01,"aria-label":h("Share of the second content"),oninput:()=>e.setBlend({...this.blend,t:Number(this.shareSlider.
value)}),onchange:()=>e.sendChanges()}),this.contentSelects={a:this.makeContentSelect("a",h("First content")),b:this.makeContentSelect(
"b",h("Second content"))};let t=d("div",{class:"sg-blend"},this.contentSelects.a,d("span",{class:"lp-track"},this.shareSlider),
this.contentSelects.b);this.root=d("section",{class:"sg-live","aria-label":h("The live row and column")},d("div",{},this.
chart.frame,this.priorNote),d("div",{class:"sg-controls"},d("h3",{},h("Style of the live row")),this.sliders.host,d("h3",
{},h("Content of the live column")),t,this.decoderNote)),this.haveContentsChanged=C()}makeContentSelect(e,t){let s=d("se\
lect",{"aria-label":t,"data-kind":e,"data-at":0});return s.addEventListener("change",()=>{this.grid.setBlend({...this.blend,
[e]:Number(s.value)}),this.grid.sendChanges()}),s}buildControls(e,t){if(this.sliders.buildSliders(t,null),!!this.haveContentsChanged(
JSON.stringify(e)))for(let s of Object.values(this.contentSelects))s.replaceChildren(...ue(e))}showState(e,t,s,r){this.blend=
t,this.sliders.showCode(e,s),this.contentSelects.a.value=String(t.a),this.contentSelects.b.value=String(t.b),this.shareSlider.
value=String(t.t),this.shareSlider.setAttribute("aria-valuetext",fa(t,r));let o=s.isTypical(e);this.chart.frame.classList.
toggle("lp-outside",o===!1),this.priorNote.textContent=o===!1?qt.never:`z = ${V(e,4)}`}};var wo=class{callbacks;top=d("tr",{});body=d("tbody",{});table=d("table",{class:"sg-table"},d("thead",{},this.top),this.
body);root=d("div",{class:"sg-scroll",role:"group","aria-label":h("One style per row, one content per column"),onclick:({
target:e})=>this.onClick(e),onkeydown:e=>this.removeOnDeleteKey(e)},this.table);cells;builtContent;constructor(e){this.callbacks=
e,pe(this.top,".sg-take"),pe(this.body,".sg-take"),this.cells=[],this.builtContent=""}buildCells(e,t,s,r){let o=JSON.stringify(
[e.slice(1),t.slice(1),r]);if(o===this.builtContent)return this.relabelLiveColumn(t[0]);this.builtContent=o;let i=this.focusedHeader(),
a=this.cells;this.cells=e.map((l,c)=>t.map((m,u)=>a[c]?.[u]??{canvas:d("canvas",{role:"img",width:1,height:1}),imageKey:""})),
this.table.style.setProperty("--columns",String(t.length)),this.top.replaceChildren(d("td",{class:"sg-corner"},d("span",
{},h("content →")),d("span",{},h("style ↓"))),...t.map((l,c)=>this.makeHeader("column",c,l,t.length>2,null)),...r.column?
[d("th",{class:"sg-more"},bu("column"))]:[]),this.body.replaceChildren(...e.map((l,c)=>{let m=t.map((p,f)=>{let{canvas:g}=this.
cells[c][f];return g.setAttribute("aria-label",h("{row} as {column}",{row:l.spokenText,column:p.spokenText})),d("td",{class:`${c?
"":"sg-live-row"} ${f?"":"sg-live-column"}`},g)}),u=l.image===void 0?null:s(l.image);return d("tr",{class:c?"":"sg-live-\
row"},this.makeHeader("row",c,l,e.length>2,u),...m)}),...r.row?[d("tr",{},d("th",{class:"sg-more"},bu("row")))]:[]),fe(this.
top,".sg-take"),fe(this.body,".sg-take"),i&&this.restoreFocus(i),this.relabelLiveColumn(t[0]),this.fitNames()}fitNames(){
this.table.classList.remove("sg-tall");let e=[...this.top.querySelectorAll("[data-kind=column]")];this.table.classList.toggle(
"sg-tall",e.some(({scrollWidth:t,clientWidth:s})=>t>s))}relabelLiveColumn({name:e,spokenText:t,liveText:s}){let r=vs(this.
top,"[data-kind=live-column]"),o=h("{header}, {content}. Takes the content of the selected image.",{header:t,content:s??
""});r.title!==o&&(r.title=o,r.setAttribute("aria-label",o),vs(r,"b").textContent=e)}makeHeader(e,t,{name:s,spokenText:r,
note:o,colour:i,image:a},l,c){let m=t===0,u=yu(m?`live-${e}`:e,t-1,s,hw(e,t,r),c);o&&u.lastChild.prepend(d("small",{},o)),
a!==void 0&&(u.dataset.image=String(a)),i&&u.style.setProperty("--class",i);let p=m||!l?[]:[d("button",{type:"button",class:"\
sg-away",tabindex:-1,"aria-hidden":"true",title:e==="row"?h("Remove this row (Delete)"):h("Remove this column (Delete)"),
"data-away":e,"data-at":t-1},"×")];return d("th",{scope:e==="row"?"row":"col",class:m?`sg-live-${e}`:""},u,...p)}onClick(e){
let t=e.closest("[data-away]"),s=go(e);t?this.callbacks.remove({kind:t.dataset.away,index:Number(t.dataset.at)}):s&&this.
callbacks.take(s)}removeOnDeleteKey(e){let t=go(e.target);!["Delete","Backspace"].includes(e.key)||!t||!["row","column"].
includes(t.kind)||(e.preventDefault(),this.callbacks.remove(t))}focusedHeader(){let e=Co(this.root);if(!e||!this.root.contains(
e))return null;let{kind:t,at:s=""}=e.dataset;return t?{kind:t,index:s}:null}restoreFocus({kind:e,index:t}){let s=[...this.
root.querySelectorAll(`[data-kind="${e.replace("new-","")}"]`)];(this.root.querySelector(`[data-kind="${e}"][data-at="${t}\
"]`)??s[s.length-1])?.focus()}markTarget(e){for(let t of this.root.querySelectorAll(".sg-over"))t.classList.remove("sg-o\
ver");e&&this.root.querySelector(`[data-kind="${e.kind}"][data-at="${e.index}"]`)?.classList.add("sg-over")}};function hw(n,e,t){
let s={index:e,header:t};return n==="row"?e?h("Row {index}: {header}. Takes the style of the selected image.",s):h("{hea\
der}. Takes the style of the selected image.",s):e?h("Column {index}: {header}. Takes the content of the selected image.",
s):h("{header}. Takes the content of the selected image.",s)}function bu(n){let[e,t]=n==="row"?[h("Add a row: style of t\
he selected image"),h("style")]:[h("Add a column: content of the selected image"),h("content")],s=yu(`new-${n}`,0,"+",e,
null);return s.lastChild.append(d("small",{},t)),s}function yu(n,e,t,s,r){let o=[...r?[r]:[],d("span",{},d("b",{},t))];return d(
"button",{type:"button",class:"sg-take","data-kind":n,"data-at":e,"aria-label":s,title:s},...o)}var wu=30,vo=class{callbacks;labels=[];images=[];selectedImage=-1;list=d("div",{class:"sg-images",role:"listbox","aria-l\
abel":h("Images"),"aria-orientation":"horizontal",onclick:({target:e})=>this.onPress(e),onkeydown:e=>this.onKey(e)});numberInput=d(
"input",{type:"number",min:0,step:1,"aria-label":h("Image by its number"),placeholder:h("number")});shuffleButton=v(h("O\
ther images at random"),()=>this.shuffleImages());numberLabel=d("span",{},h("Image"));form;root;constructor(e){this.callbacks=
e;let t=d("button",{type:"submit",class:"lp-button"},h("Show"));this.form=d("form",{class:"sg-number",onsubmit:s=>this.onNumberSubmit(
s)},d("label",{},this.numberLabel," ",this.numberInput),t),pe(this.list,"[role=option]"),this.root=d("section",{"aria-la\
bel":h("Images to take from")},this.list,d("div",{class:"sg-tray-acts"},this.shuffleButton,this.form))}nameImages(e){A(this.
shuffleButton,z(h("Other images at random"),e,"item")),A(this.numberLabel,z(h("Image"),e,"item"))}setLabels(e){let t=e.length===
this.labels.length&&Array.from(e).every((s,r)=>s===this.labels[r]);if(this.labels=e,t)return this.showImages();this.numberInput.
max=String(e.length-1),this.shuffleImages(),this.selectImage(-1)}shuffleImages(){this.images=bo(this.labels,wu,Math.random),
this.showImages()}selectAndShow(e){this.images.includes(e)||(this.images=[e,...this.images.slice(0,wu-1)]),this.selectImage(
e),this.list.querySelector(`[data-image="${e}"]`)?.scrollIntoView({block:"nearest",inline:"nearest"})}onNumberSubmit(e){
e.preventDefault(),this.numberInput.value!==""&&this.numberInput.checkValidity()&&this.selectAndShow(Number(this.numberInput.
value))}onPress(e){let t=e.closest("[data-image]");t&&this.selectImage(this.selectedImage===Number(t.dataset.image)?-1:Number(
t.dataset.image))}onKey(e){if(e.key==="Escape"&&this.selectedImage>=0)this.selectImage(-1);else if(e.key==="Enter"||e.key===
" ")this.onPress(e.target);else return;e.preventDefault(),e.stopPropagation()}selectImage(e){this.selectedImage=e,this.showImages(),
this.callbacks.chosen(e)}showImages(){ye(this.list,"[role=option]",()=>{this.list.replaceChildren(...this.images.map(e=>this.
makeOption(e))),fe(this.list,"[role=option]")})}makeOption(e){let t=this.callbacks.picture(e),s=this.callbacks.nameOf(e),
r=h("Image {image}, {name}",{image:e,name:s}),o={role:"option","data-image":e,"aria-selected":String(e===this.selectedImage),
"aria-label":r,title:r};return d("div",o,...t?[t]:[d("span",{},`${s} · ${e}`)])}};var vu=(n,e)=>JSON.stringify(n)===JSON.stringify(e),nn=class{header={};fields={};z=new Float32Array(0);layout={rows:[],columns:[],
blend:{a:0,b:0,t:0}};preview=null;prior=new Fe({dim:0,prior:null,typical:null},{});echoes={z:new _(jo),layout:new _(vu)};isMoving=!1;change=new Ft;refresh=Ue(
()=>this.draw());sendMessage=()=>{};sprites=new ns(()=>this.onPicturesLoaded(),()=>({networks:this.header.sprites?null:this.
decoder.networks,z:this.fields.z.values,content:this.contents}));items=new rs(()=>this.onItemsLoaded());notes=d("div",{class:"\
lp-notes",role:"status"});hint=d("p",{class:"sg-hint",role:"status"});tray=new vo({chosen:()=>this.showHint(),picture:e=>this.
sprites.thumbnail(e),nameOf:e=>this.itemName(e)});table=new wo({take:e=>this.onHeaderPressed(e),remove:e=>this.setLayout(
pu(this.layout,e))});liveControls;stopObserving;decoder;cells;everyButton;root;stopListening;constructor(e){this.liveControls=
new yo(this),this.stopObserving=it(this.table.root,()=>this.table.fitNames()),this.decoder=new is(this.liveControls.image,
(t,s)=>this.onNetworksChanged(t,s)),this.cells=new fo(()=>this.refresh()),this.everyButton=v(h("Every class"),()=>this.setLayout(
{...this.layout,columns:this.header.content_numbers})),this.root=this.buildBody(),e.append(this.root),mu(this.root,{onTarget:(t,s)=>this.
previewDrop(t,s),onDrop:(t,s)=>this.dropImage(t,s)}),this.stopListening=this.listenToPage()}buildBody(){let e=d("div",{class:"\
lp-switches",role:"group","aria-label":h("Rows and columns")},v(h("Swap two at random"),()=>this.swapAtRandom(),{class:"\
lp-button lp-first"}),this.everyButton,v(h("Other styles"),()=>this.shuffleStyles()));return d("div",{class:"lp sg",onkeydown:({
key:s})=>s==="Escape"&&this.tray.selectedImage>=0&&this.tray.selectImage(-1)},this.notes,this.table.root,e,this.tray.root,
this.hint,this.liveControls.root)}listenToPage(){return[E.on("z",e=>this.onPageZ(e)),E.on("turned",()=>this.refresh()),E.
on("experiment",()=>this.beginExperiment()),E.on("commit",e=>{this.isForThisGrid(e)&&this.echoes.z.noteSent(e.z)}),E.on(
"pick",e=>{this.isForThisGrid(e)&&this.tray.selectAndShow(e.index)})]}close(){for(let e of this.stopListening)e();this.stopObserving(),
this.decoder.close(),this.sprites.load(null),this.refresh.close()}update({header:e,fields:t}){let s=this.header.revision!==
e.revision;this.header=e,this.fields=t,this.prior=new Fe(e,t);let r=Float32Array.from(e.code),[o,i]=[this.echoes.z.isNewValue(
r),this.echoes.layout.isNewValue(e.layout)];(s||o&&!this.isMoving)&&(this.z=r),(s||i&&!this.isMoving)&&(this.layout=e.layout),
this.setNote("data",""),this.sprites.load(e.sprites,e.server),this.items.load(e.items),this.liveControls.buildControls(e.
contents,this.prior),this.liveControls.chart.setFeatures(e.features??null),this.tray.nameImages(!!e.features),this.everyButton.
textContent=e.contents[0]===e.classes[0]?h("Every class"):h("Every cluster"),this.tray.setLabels(this.labels),this.decoder.
load(e,t),s&&this.showHint(),this.refresh()}onNetworksChanged(e,t){this.liveControls.decoderNote.textContent=e,this.setNote(
"weights",t),this.header.sprites?this.refresh():this.onPicturesLoaded()}onItemsLoaded(){this.tray.selectedImage>=0&&this.
showHint(),this.onPicturesLoaded()}onPicturesLoaded(){this.table.builtContent="",this.tray.showImages(),this.refresh()}setNote(e,t){
Ee(this.notes,e,t)}isForThisGrid({sender:e,revision:t}){return e!==this&&t===this.header.revision}onPageZ(e){this.isForThisGrid(
e)&&(this.z=Float32Array.from(e.z),this.refresh())}moveDimension(e,t){this.isMoving=!0,this.z=this.z.with(e,t),this.emitToPage(
"z"),this.refresh()}setBlend(e){this.isMoving=!0,this.layout={...this.layout,blend:e},this.refresh()}setLiveStyle(e){this.
z=e,this.emitToPage("z"),this.sendCode()}sendChanges(){this.isMoving=!1,this.sendCode(),this.setLayout(this.layout)}sendCode(){
this.echoes.z.latest&&jo(this.z,this.echoes.z.latest)||(this.echoes.z.noteSent(this.z),this.sendMessage("code",{z:Array.
from(this.z)}),this.emitToPage("commit"))}emitToPage(e){E.emit(e,{revision:this.header.revision,z:this.z,sender:this})}setLayout(e){
this.layout=e,this.refresh(),!vu(e,this.echoes.layout.latest)&&(this.echoes.layout.noteSent(e),this.sendMessage("layout",
e))}showHint(){let{selectedImage:e}=this.tray,t=e<0?h("Drag an image onto a row to take its style, onto a column to take\
 its content; or press the image, then the row or column."):h("Image {image} ({name}) is selected: press a row to give i\
t this style, or a column to give it this content.",{image:e,name:this.itemName(e)});this.hint.textContent=z(t,!!this.header.
features,"item")}onHeaderPressed(e){let{tray:t,layout:s}=this;if(t.selectedImage>=0)return this.dropImage(t.selectedImage,
e);if(e.kind==="row")return t.selectAndShow(s.rows[e.index]);this.hint.textContent=h("Select an image first; then press \
the row that takes its style, or the column that takes its content.")}stateWithImage(e,t){let s=du(this.layout,t,e,this.
contents[e],this.header.limits);return typeof s=="string"?s:{layout:s,z:t.kind==="live-row"?this.styleOf(e):this.z}}previewDrop(e,t){
let s=t&&this.stateWithImage(e,t);this.preview=typeof s=="string"?null:s,this.table.markTarget(t),this.refresh()}dropImage(e,t){
if(this.previewDrop(e,null),!t)return;let s=this.stateWithImage(e,t);this.setNote("drop",typeof s=="string"?s:""),typeof s!=
"string"&&(t.kind==="live-row"&&this.setLiveStyle(s.z),this.setLayout(s.layout),this.hint.textContent=h("Taken from imag\
e {image} ({name}).",{image:e,name:this.itemName(e)}))}swapAtRandom(){let e=gu(this.layout,this.contents,Math.random);this.
setNote("swap",e?"":h("There is only one content here, so there is nothing to swap.")),e&&this.setLayout(e)}shuffleStyles(){
let e=Math.max(this.layout.rows.length,this.header.default_row_count);this.setLayout({...this.layout,rows:bo(this.contents,
e,Math.random)})}styleOf(e){let{dim:t}=this.header;return Float32Array.from(this.fields.z.values.subarray(e*t,(e+1)*t))}get labels(){
return this.fields.labels.values}get contents(){return(this.fields.content??this.fields.labels).values}className(e){return this.
header.classes[this.labels[e]]??h("no class")}itemName(e){let t=this.items.idOf(e);return t?`${t}, ${this.className(e)}`:
this.className(e)}get liveImages(){return this.table.cells[0].slice(1).map(({canvas:e})=>e)}beginExperiment(){this.header.
revision&&(this.change.begin(this.liveImages),this.refresh())}reportChange(){let{change:e,liveImages:t}=this;Bo(hu(this.
z,()=>e.shareOf(t)))}draw(){if(!this.header.revision)return;let{layout:e,z:t}=this.preview??this,{contents:s,limits:r}=this.
header,o=uu(this.header,e,{nameOf:u=>this.itemName(u),idOf:u=>this.items.idOf(u)}),i={row:e.rows.length<r.rows,column:e.
columns.length<r.columns};this.table.buildCells(o.rows,o.columns,u=>this.sprites.thumbnail(u),i);let a=[t,...e.rows.map(
u=>this.styleOf(u))],l=[e.blend,...e.columns.map(u=>({a:u,b:u,t:0}))].map(u=>fu(u,s.length)),c=cu(this.table.cells,a,l,this.
decoder.networksKey||this.decoder.server.id);this.cells.paintStale(c,this.decoder),this.setNote("server",this.cells.error),
this.liveControls.showState(t,e.blend,this.prior,s);let{canvas:m}=this.table.cells[0][0];ze(this.liveControls.image,m),this.
reportChange(),dn(this.root,[m.height,m.width])}},bN=Z(nn);var[mw,uw]=[Z(He),Z(nn)],So=class extends rt{plane;grid;colours=new nt(this.description.colourings,this.settings,e=>this.
setSettings(e));async prepare(){let{description:e,settings:t}=this,[s,r]=await Promise.all([ot(e.plane.message,"The plan\
e"),ot(e.grid,"The grid")]);this.plane={header:{...s.header,...e.plane.changes},fields:s.fields},this.grid=r;let{contents:o,
limits:i}=r.header;bs(t,this.colours.widestHeader(this.plane.header),e.count),t.register("images",pa(i.rows,e.count)),t.
register("columns",pa(i.columns,o.length)),t.register("blend",ru(o.length))}open(e){e.classList.add("ho-style");let[t,s]=[
h("Plane of styles"),h("One style per row, one content per column")].map(o=>{let i=d("div",{},d("h2",{},o));return e.append(
i),i}),r=this.colours.elements;return r.length&&t.append(d("div",{class:"lp ho-row"},...r)),this.components=[new Ce(t,mw,
(...o)=>this.handlePlaneMessage(...o)),new Ce(s,uw,(...o)=>this.handleGridMessage(...o))],this.colours.load().then(()=>this.
show())}get defaultLayout(){return this.grid.header.layout}get layout(){let{settings:e,defaultLayout:t}=this;return{rows:e.
get("images")??t.rows,columns:e.get("columns")??t.columns,blend:e.get("blend")??t.blend}}show(){let{settings:e,plane:t,grid:s,
components:r}=this;if(!t||!s)return;let{layout:o}=this,i=ys(e,t.header);r[0].sendMessage(this.colours.colour(t),{...i,picked:e.
get(t.header.names.picked)?.index??null,y:o.blend.a}),r[1].sendMessage(s,{code:i.code,layout:o})}handlePlaneMessage(...e){
this.plane&&this.setSettings(ws(this.plane.header,this.plane.fields,...e))}handleGridMessage(...e){let[t,s]=e;if(t!=="la\
yout")return this.handlePlaneMessage(...e);let{defaultLayout:r}=this,o=(m,u)=>m.join()===u.join()?null:m.join(),{a:i,b:a,
t:l}=s.blend,c=`${i}~${a}~${Number(l.toPrecision(3))}`;this.setSettings({images:o(s.rows,r.rows),columns:o(s.columns,r.columns),
blend:c===`${r.blend.a}~${r.blend.b}~${r.blend.t}`?null:c})}};var dw=h("Link copied. It opens this state wherever this file is stored under the same address."),pw={explore:po,style:So,
compare:uo},xo=class{description;settings;clipboard=new on;notes=d("div",{class:"lp lp-notes",role:"status"});host=d("di\
v",{});pages;tabs;openIndex=-1;errors=[];colourScheme=window.matchMedia("(prefers-color-scheme: dark)");redraw=()=>{this.
errors[this.openIndex]||this.pages[this.openIndex]?.show()};constructor(e,t=new ao,s=pw){this.description=e,this.settings=
t,this.pages=e.pages.map(r=>new s[r.kind](r,this.settings)),this.tabs=e.pages.map(({title:r},o)=>v(r,()=>this.openPage(o),
{"aria-pressed":"false"}))}async start(e){let{description:t,settings:s,clipboard:r}=this,o=document.getElementById("bar");
o?.replaceChildren(),e.replaceChildren(this.notes),this.errors=await Promise.all(this.pages.map(m=>m.prepare().then(()=>"",
lt))),this.errors.some(Boolean)&&(s.keepsUnread=!0),s.register("page",Te(t.pages.map(({kind:m})=>m))),Ee(this.notes,"add\
ress",s.readAddress());let i=d("div",{class:"lb-row"},r.status,v(h("Copy link"),()=>this.copyLink())),a=d("div",{class:"\
lp lb ho-bar"},...t.pages.length>1?[d("nav",{class:"lp-switches","aria-label":h("Pages")},...this.tabs)]:[],...ve.href()?
[i,r.manualCopy]:[]),l=d("footer",{class:"lp ho-foot"},d("h2",{},t.holds??h("What this file holds")),...t.lacks.map(m=>d(
"p",{},m)));(o??e).append(a),document.getElementById("how")?.removeAttribute("hidden"),e.append(this.host,l),this.colourScheme.
addEventListener("change",this.redraw);let c=s.get("page");this.openPage(Math.max(0,t.pages.findIndex(({kind:m})=>m===c)))}openPage(e){
if(e===this.openIndex)return;for(let s of this.pages[this.openIndex]?.components??[])s.close();this.openIndex=e,this.tabs.
forEach((s,r)=>s.setAttribute("aria-pressed",String(r===e))),(e>0||this.settings.texts.has("page"))&&this.settings.setTexts(
{page:e?this.description.pages[e].kind:null});let t=d("section");this.host.replaceChildren(t),Ee(this.notes,"page",this.
errors[e]),this.errors[e]||this.pages[e].open(t)}close(){this.colourScheme.removeEventListener("change",this.redraw);for(let e of this.
pages[this.openIndex]?.components??[])e.close()}copyLink(){let e=new Map(this.settings.texts);return Sa()(e),this.clipboard.
copyText(this.settings.href(e),dw,h("Address of this page"))}};function fw({model:n,el:e}){Ma(n.get("files"));let t=e.attachShadow({mode:"open"});t.adoptedStyleSheets=[mo()];let s=d("\
div",{class:"nb"});t.append(s);let r=new xo(n.get("description")),o=E.on("selection",({revision:i,mask:a})=>{i===n.get("\
revision")&&(n.set("selected",a?[...a.keys()].filter(l=>a[l]):[]),n.save_changes())});return r.start(s),()=>{o(),r.close()}}
var jN={render:fw};export{jN as default};
/*!
gifenc

The MIT License (MIT)
Copyright (c) 2017 Matt DesLauriers

Permission is hereby granted, free of charge, to any person obtaining a copy
of this software and associated documentation files (the "Software"), to deal
in the Software without restriction, including without limitation the rights
to use, copy, modify, merge, publish, distribute, sublicense, and/or sell
copies of the Software, and to permit persons to whom the Software is
furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all
copies or substantial portions of the Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND,
EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF
MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT.
IN NO EVENT SHALL THE AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM,
DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR
OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE
OR OTHER DEALINGS IN THE SOFTWARE.

*/
