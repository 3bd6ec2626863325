var rb=Object.create;var oh=Object.defineProperty;var nb=Object.getOwnPropertyDescriptor;var ob=Object.getOwnPropertyNames;var ib=Object.getPrototypeOf,ab=Object.prototype.hasOwnProperty;var lb=(r,e)=>()=>{try{return e||r((e={exports:{}}).exports,e),e.exports}catch(t){throw e=0,t}};var cb=(r,e,t,s)=>{if(e&&typeof e=="object"||typeof e=="function")for(let n of ob(e))!ab.call(r,n)&&n!==t&&oh(r,n,{get:()=>e[n],
enumerable:!(s=nb(e,n))||s.enumerable});return r};var hb=(r,e,t)=>(t=r!=null?rb(ib(r)):{},cb(e||!r||!r.__esModule?oh(t,"default",{value:r,enumerable:!0}):t,r));var ih=Uint8Array.fromBase64||(()=>{for(var r=new Uint8Array(128),e=0;e<64;e++)r[e<26?e+65:e<52?e+71:e<62?e-4:e*4-205]=e;
return t=>{for(var s=t.length,n=new Uint8Array((s-(t[s-1]=="=")-(t[s-2]=="="))*3/4|0),o=0,i=0;o<s;){var a=r[t.charCodeAt(
o++)],l=r[t.charCodeAt(o++)],h=r[t.charCodeAt(o++)],m=r[t.charCodeAt(o++)];n[i++]=a<<2|l>>4,n[i++]=l<<4|h>>2,n[i++]=h<<6|
m}return n}})();var Wp=lb(uc=>{var _p=Object.defineProperty,GS=r=>_p(r,"__esModule",{value:!0}),VS=(r,e)=>{for(var t in e)_p(r,t,{get:e[t],
enumerable:!0})};GS(uc);VS(uc,{GIFEncoder:()=>Vp,applyPalette:()=>QS,default:()=>cM,nearestColor:()=>rM,nearestColorIndex:()=>qp,
nearestColorIndexWithDistance:()=>Gp,prequantize:()=>JS,quantize:()=>YS,snapColorsToPalette:()=>sM});var jS={signature:"\
GIF",version:"89a",trailer:59,extensionIntroducer:33,applicationExtensionLabel:255,graphicControlExtensionLabel:249,imageSeparator:44,
signatureSize:3,versionSize:3,globalColorTableFlagMask:128,colorResolutionMask:112,sortFlagMask:8,globalColorTableSizeMask:7,
applicationIdentifierSize:8,applicationAuthCodeSize:3,disposalMethodMask:28,userInputFlagMask:2,transparentColorFlagMask:1,
localColorTableFlagMask:128,interlaceFlagMask:64,idSortFlagMask:32,localColorTableSizeMask:7};function Bp(r=256){let e=0,
t=new Uint8Array(r);return{get buffer(){return t.buffer},reset(){e=0},bytesView(){return t.subarray(0,e)},bytes(){return t.
slice(0,e)},writeByte(n){s(e+1),t[e]=n,e++},writeBytes(n,o=0,i=n.length){s(e+i);for(let a=0;a<i;a++)t[e++]=n[a+o]},writeBytesView(n,o=0,i=n.
byteLength){s(e+i),t.set(n.subarray(o,o+i),e),e+=i}};function s(n){var o=t.length;if(o>=n)return;var i=1024*1024;n=Math.
max(n,o*(o<i?2:1.125)>>>0),o!=0&&(n=Math.max(n,256));let a=t;t=new Uint8Array(n),e>0&&t.set(a.subarray(0,e),0)}}var cc=12,
Np=5003,WS=[0,1,3,7,15,31,63,127,255,511,1023,2047,4095,8191,16383,32767,65535];function KS(r,e,t,s,n=Bp(512),o=new Uint8Array(
256),i=new Int32Array(Np),a=new Int32Array(Np)){let l=i.length,h=Math.max(2,s);o.fill(0),a.fill(0),i.fill(-1);let m=0,d=0,
p=h+1,f=p,g=!1,b=f,y=(1<<b)-1,w=1<<p-1,S=w+1,M=w+2,T=0,L=t[0],N=0;for(let H=l;H<65536;H*=2)++N;N=8-N,n.writeByte(h),X(w);
let D=t.length;for(let H=1;H<D;H++)e:{let $e=t[H],Xe=($e<<cc)+L,Z=$e<<N^L;if(i[Z]===Xe){L=a[Z];break e}let na=Z===0?1:l-
Z;for(;i[Z]>=0;)if(Z-=na,Z<0&&(Z+=l),i[Z]===Xe){L=a[Z];break e}X(L),L=$e,M<1<<cc?(a[Z]=M++,i[Z]=Xe):(i.fill(-1),M=w+2,g=
!0,X(w))}return X(L),X(S),n.writeByte(0),n.bytesView();function X(H){for(m&=WS[d],d>0?m|=H<<d:m=H,d+=b;d>=8;)o[T++]=m&255,
T>=254&&(n.writeByte(T),n.writeBytesView(o,0,T),T=0),m>>=8,d-=8;if((M>y||g)&&(g?(b=f,y=(1<<b)-1,g=!1):(++b,y=b===cc?1<<b:
(1<<b)-1)),H==S){for(;d>0;)o[T++]=m&255,T>=254&&(n.writeByte(T),n.writeBytesView(o,0,T),T=0),m>>=8,d-=8;T>0&&(n.writeByte(
T),n.writeBytesView(o,0,T),T=0)}}}var $S=KS;function Hp(r,e,t){return r<<8&63488|e<<2&992|t>>3}function zp(r,e,t,s){return r>>
4|e&240|(t&240)<<4|(s&240)<<8}function Up(r,e,t){return r>>4<<8|e&240|t>>4}function Ko(r,e,t){return r<e?e:r>t?t:r}function Lr(r){
return r*r}function Fp(r,e,t){var s=0,n=1e100;let o=r[e],i=o.cnt,a=o.ac,l=o.rc,h=o.gc,m=o.bc;for(var d=o.fw;d!=0;d=r[d].
fw){let f=r[d],g=f.cnt,b=i*g/(i+g);if(!(b>=n)){var p=0;t&&(p+=b*Lr(f.ac-a),p>=n)||(p+=b*Lr(f.rc-l),!(p>=n)&&(p+=b*Lr(f.gc-
h),!(p>=n)&&(p+=b*Lr(f.bc-m),!(p>=n)&&(n=p,s=d))))}}o.err=n,o.nn=s}function hc(){return{ac:0,rc:0,gc:0,bc:0,cnt:0,nn:0,fw:0,
bk:0,tm:0,mtm:0,err:0}}function XS(r,e){let t=e==="rgb444"?4096:65536,s=new Array(t),n=r.length;if(e==="rgba4444")for(let o=0;o<
n;++o){let i=r[o],a=i>>24&255,l=i>>16&255,h=i>>8&255,m=i&255,d=zp(m,h,l,a),p=d in s?s[d]:s[d]=hc();p.rc+=m,p.gc+=h,p.bc+=
l,p.ac+=a,p.cnt++}else if(e==="rgb444")for(let o=0;o<n;++o){let i=r[o],a=i>>16&255,l=i>>8&255,h=i&255,m=Up(h,l,a),d=m in
s?s[m]:s[m]=hc();d.rc+=h,d.gc+=l,d.bc+=a,d.cnt++}else for(let o=0;o<n;++o){let i=r[o],a=i>>16&255,l=i>>8&255,h=i&255,m=Hp(
h,l,a),d=m in s?s[m]:s[m]=hc();d.rc+=h,d.gc+=l,d.bc+=a,d.cnt++}return s}function YS(r,e,t={}){let{format:s="rgb565",clearAlpha:n=!0,
clearAlphaColor:o=0,clearAlphaThreshold:i=0,oneBitAlpha:a=!1}=t;if(!r||!r.buffer)throw new Error("quantize() expected RG\
BA Uint8Array data");if(!(r instanceof Uint8Array)&&!(r instanceof Uint8ClampedArray))throw new Error("quantize() expect\
ed RGBA Uint8Array data");let l=new Uint32Array(r.buffer),h=t.useSqrt!==!1,m=s==="rgba4444",d=XS(l,s),p=d.length,f=p-1,g=new Uint32Array(
p+1);for(var b=0,w=0;w<p;++w){let Le=d[w];if(Le!=null){var y=1/Le.cnt;m&&(Le.ac*=y),Le.rc*=y,Le.gc*=y,Le.bc*=y,d[b++]=Le}}
Lr(e)/b<.022&&(h=!1);for(var w=0;w<b-1;++w)d[w].fw=w+1,d[w+1].bk=w,h&&(d[w].cnt=Math.sqrt(d[w].cnt));h&&(d[w].cnt=Math.sqrt(
d[w].cnt));var S,M,T;for(w=0;w<b;++w){Fp(d,w,!1);var L=d[w].err;for(M=++g[0];M>1&&(T=M>>1,!(d[S=g[T]].err<=L));M=T)g[M]=
S;g[M]=w}var N=b-e;for(w=0;w<N;){for(var D;;){var X=g[1];if(D=d[X],D.tm>=D.mtm&&d[D.nn].mtm<=D.tm)break;D.mtm==f?X=g[1]=
g[g[0]--]:(Fp(d,X,!1),D.tm=w);var L=d[X].err;for(M=1;(T=M+M)<=g[0]&&(T<g[0]&&d[g[T]].err>d[g[T+1]].err&&T++,!(L<=d[S=g[T]].
err));M=T)g[M]=S;g[M]=X}var H=d[D.nn],$e=D.cnt,Xe=H.cnt,y=1/($e+Xe);m&&(D.ac=y*($e*D.ac+Xe*H.ac)),D.rc=y*($e*D.rc+Xe*H.rc),
D.gc=y*($e*D.gc+Xe*H.gc),D.bc=y*($e*D.bc+Xe*H.bc),D.cnt+=H.cnt,D.mtm=++w,d[H.bk].fw=H.fw,d[H.fw].bk=H.bk,H.mtm=f}let Z=[];
var na=0;for(w=0;;++na){let oa=Ko(Math.round(d[w].rc),0,255),Le=Ko(Math.round(d[w].gc),0,255),ia=Ko(Math.round(d[w].bc),
0,255),ts=255;m&&(ts=Ko(Math.round(d[w].ac),0,255),a&&(ts=ts<=(typeof a=="number"?a:127)?0:255),n&&ts<=i&&(oa=Le=ia=o,ts=
0));let nh=m?[oa,Le,ia,ts]:[oa,Le,ia];if(ZS(Z,nh)||Z.push(nh),(w=d[w].fw)==0)break}return Z}function ZS(r,e){for(let t=0;t<
r.length;t++){let s=r[t],n=s[0]===e[0]&&s[1]===e[1]&&s[2]===e[2],o=s.length>=4&&e.length>=4?s[3]===e[3]:!0;if(n&&o)return!0}
return!1}function Xo(r,e){var t=0,s;for(s=0;s<r.length;s++){let n=r[s]-e[s];t+=n*n}return t}function $o(r,e){return e>1?
Math.round(r/e)*e:r}function JS(r,{roundRGB:e=5,roundAlpha:t=10,oneBitAlpha:s=null}={}){let n=new Uint32Array(r.buffer);
for(let o=0;o<n.length;o++){let i=n[o],a=i>>24&255,l=i>>16&255,h=i>>8&255,m=i&255;a=$o(a,t),s&&(a=a<=(typeof s=="number"?
s:127)?0:255),m=$o(m,e),h=$o(h,e),l=$o(l,e),n[o]=a<<24|l<<16|h<<8|m<<0}}function QS(r,e,t="rgb565"){if(!r||!r.buffer)throw new Error(
"quantize() expected RGBA Uint8Array data");if(!(r instanceof Uint8Array)&&!(r instanceof Uint8ClampedArray))throw new Error(
"quantize() expected RGBA Uint8Array data");if(e.length>256)throw new Error("applyPalette() only works with 256 colors o\
r less");let s=new Uint32Array(r.buffer),n=s.length,o=t==="rgb444"?4096:65536,i=new Uint8Array(n),a=new Array(o),l=t==="\
rgba4444";if(t==="rgba4444")for(let h=0;h<n;h++){let m=s[h],d=m>>24&255,p=m>>16&255,f=m>>8&255,g=m&255,b=zp(g,f,p,d),y=b in
a?a[b]:a[b]=eM(g,f,p,d,e);i[h]=y}else{let h=t==="rgb444"?Up:Hp;for(let m=0;m<n;m++){let d=s[m],p=d>>16&255,f=d>>8&255,g=d&
255,b=h(g,f,p),y=b in a?a[b]:a[b]=tM(g,f,p,e);i[m]=y}}return i}function eM(r,e,t,s,n){let o=0,i=1e100;for(let a=0;a<n.length;a++){
let l=n[a],h=l[3],m=es(h-s);if(m>i)continue;let d=l[0];if(m+=es(d-r),m>i)continue;let p=l[1];if(m+=es(p-e),m>i)continue;
let f=l[2];m+=es(f-t),!(m>i)&&(i=m,o=a)}return o}function tM(r,e,t,s){let n=0,o=1e100;for(let i=0;i<s.length;i++){let a=s[i],
l=a[0],h=es(l-r);if(h>o)continue;let m=a[1];if(h+=es(m-e),h>o)continue;let d=a[2];h+=es(d-t),!(h>o)&&(o=h,n=i)}return n}
function sM(r,e,t=5){if(!r.length||!e.length)return;let s=r.map(i=>i.slice(0,3)),n=t*t,o=r[0].length;for(let i=0;i<e.length;i++){
let a=e[i];a.length<o?a=[a[0],a[1],a[2],255]:a.length>o?a=a.slice(0,3):a=a.slice();let l=Gp(s,a.slice(0,3),Xo),h=l[0],m=l[1];
m>0&&m<=n&&(r[h]=a)}}function es(r){return r*r}function qp(r,e,t=Xo){let s=1/0,n=-1;for(let o=0;o<r.length;o++){let i=r[o],
a=t(e,i);a<s&&(s=a,n=o)}return n}function Gp(r,e,t=Xo){let s=1/0,n=-1;for(let o=0;o<r.length;o++){let i=r[o],a=t(e,i);a<
s&&(s=a,n=o)}return[n,s]}function rM(r,e,t=Xo){return r[qp(r,e,t)]}function Vp(r={}){let{initialCapacity:e=4096,auto:t=!0}=r,
s=Bp(e),n=5003,o=new Uint8Array(256),i=new Int32Array(n),a=new Int32Array(n),l=!1;return{reset(){s.reset(),l=!1},finish(){
s.writeByte(jS.trailer)},bytes(){return s.bytes()},bytesView(){return s.bytesView()},get buffer(){return s.buffer},get stream(){
return s},writeHeader:h,writeFrame(m,d,p,f={}){let{transparent:g=!1,transparentIndex:b=0,delay:y=0,palette:w=null,repeat:S=0,
colorDepth:M=8,dispose:T=-1}=f,L=!1;if(t?l||(L=!0,h(),l=!0):L=!!f.first,d=Math.max(0,Math.floor(d)),p=Math.max(0,Math.floor(
p)),L){if(!w)throw new Error("First frame must include a { palette } option");oM(s,d,p,w,M),Dp(s,w),S>=0&&iM(s,S)}let N=Math.
round(y/10);nM(s,T,N,g,b);let D=!!w&&!L;aM(s,d,p,D?w:null),D&&Dp(s,w),lM(s,m,d,p,M,o,i,a)}};function h(){jp(s,"GIF89a")}}
function nM(r,e,t,s,n){r.writeByte(33),r.writeByte(249),r.writeByte(4),n<0&&(n=0,s=!1);var o,i;s?(o=1,i=2):(o=0,i=0),e>=
0&&(i=e&7),i<<=2,r.writeByte(0|i|0|o),Ot(r,t),r.writeByte(n||0),r.writeByte(0)}function oM(r,e,t,s,n=8){let a=mc(s.length)-
1,l=128|n-1<<4|0|a,h=0,m=0;Ot(r,e),Ot(r,t),r.writeBytes([l,h,m])}function iM(r,e){r.writeByte(33),r.writeByte(255),r.writeByte(
11),jp(r,"NETSCAPE2.0"),r.writeByte(3),r.writeByte(1),Ot(r,e),r.writeByte(0)}function Dp(r,e){let t=1<<mc(e.length);for(let s=0;s<
t;s++){let n=[0,0,0];s<e.length&&(n=e[s]),r.writeByte(n[0]),r.writeByte(n[1]),r.writeByte(n[2])}}function aM(r,e,t,s){if(r.
writeByte(44),Ot(r,0),Ot(r,0),Ot(r,e),Ot(r,t),s){let i=mc(s.length)-1;r.writeByte(128|i)}else r.writeByte(0)}function lM(r,e,t,s,n=8,o,i,a){
$S(t,s,e,n,r,o,i,a)}function Ot(r,e){r.writeByte(e&255),r.writeByte(e>>8&255)}function jp(r,e){for(var t=0;t<e.length;t++)
r.writeByte(e.charCodeAt(t))}function mc(r){return Math.max(Math.ceil(Math.log2(r)),1)}var cM=Vp});var u=(r,e={},...t)=>ah(document.createElement(r),e,t),C=(r,e={},...t)=>ah(document.createElementNS("http://www.w3.org/2\
000/svg",r),e,t);function ah(r,e,t){for(let[s,n]of Object.entries(e))s==="style"?r.style.cssText=String(n):typeof n=="fu\
nction"?r.addEventListener(s.replace(/^on/,""),n):n===!0?r.setAttribute(s,""):n!==!1&&n!==null&&r.setAttribute(s,String(
n));return r.append(...t),r}function A(r,e){r.textContent!==e&&(r.textContent=e)}var me=(r,e)=>r.querySelector(e);function Qs(r){
return r.getRootNode().activeElement??null}function we(r,e,t){let s=()=>[...r.querySelectorAll(e)],n=s().indexOf(Qs(r));
t(),n>=0&&(s()[n]??s().at(-1)??r).focus()}var x=(r,e,t={})=>u("button",{type:"button",class:"lp-button",onclick:e,...t},
r),He=(r,e,t)=>x(r,t,{class:"lp-small","aria-label":e,title:e}),Ye=r=>Object.entries(r).map(([e,t])=>u("option",{value:e},
t)),zr=r=>u("dl",{class:"lp-values"},...r.map(([e,t])=>u("div",{},u("dt",{},e),u("dd",{},t))));function J(r,e,t){let s=r.
querySelector(`[data-about="${e}"]`);return s&&s.textContent===t?!1:(t?s?s.textContent=t:r.append(u("p",{"data-about":e},
t)):s?.remove(),!!t)}function Ie(r,e){let t=new ResizeObserver(e);t.observe(r);let s=new AbortController,n=()=>window.matchMedia(
`(resolution: ${window.devicePixelRatio}dppx)`).addEventListener("change",o,{once:!0,signal:s.signal}),o=()=>{n(),e()};return n(),
()=>{t.disconnect(),s.abort()}}var B=class{isEqual;pending=[];lastReceived=void 0;constructor(e=(t,s)=>t===s){this.isEqual=e}get latest(){return this.pending.
at(-1)??this.lastReceived}noteSent(e){this.pending.length>0&&this.isEqual(this.pending[this.pending.length-1],e)||this.pending.
push(e)}isNewValue(e){let t=this.lastReceived!==void 0&&this.isEqual(this.lastReceived,e);this.lastReceived=e;let s=this.
pending.findIndex(n=>this.isEqual(n,e));return this.pending.splice(0,s+1),!t&&s<0}};function ss(r,e){return r.length===e.
length&&Array.from(r).every((t,s)=>t===e[s])}function aa(r,e){return r.length===e.length&&Array.from(r).every((t,s)=>Math.
abs(t-e[s])<=.001*Math.abs(e[s])+1e-9)}var er=class{listeners=new Map;on(e,t,s){let n=this.listeners.get(e)??new Set;this.listeners.set(e,n.add(t));let o=()=>{
n.delete(t)};return s?.on("close",o),o}emit=(e,...[t={}])=>{for(let s of[...this.listeners.get(e)??[]])s(t)}},E=new er;function k(){let r=null;return(...e)=>{let t=!r||!lh(r,e);return r=e,t}}function O(r){let e=null;return(...t)=>((!e||!lh(
e.args,t))&&(e={args:t,result:r(...t)}),e.result)}function ae(r){let e=0,t=()=>{e=0,r()};return Object.assign(()=>{e||=requestAnimationFrame(
t)},{close:()=>{cancelAnimationFrame(e),e=-1}})}function ve(r){let e=new Map;return(t,...s)=>{let n=e.get(t)??r(t,...s);
return e.set(t,n),n}}var lh=(r,e)=>r.length===e.length&&r.every((t,s)=>Object.is(t,e[s]));function v(r,e=2){if(Number.isNaN(r))return"–";if(!Number.isFinite(r))return r>0?"∞":"−∞";let t=r.toFixed(e).replace(
"-","−");return Number(r.toFixed(e))===0?t.replace("−",""):t}var mb="₀₁₂₃₄₅₆₇₈₉",_t=r=>"z"+[...String(
r+1)].map(e=>mb[Number(e)]).join("");function K(r,e=8){return`(${Array.from(r).slice(0,e).map(s=>v(s)).join(", ")}${r.length>
e?", …":""})`}var Ze=r=>Number.isNaN(r)?"–":`${(100*r).toFixed(r>.01&&r<.99?0:1)} %`,le=(r,e)=>String(Number(r.toPrecision(
e)));var{catalogue:tr,rowWords:la}=typeof PAGE_TEXTS>"u"?{catalogue:{},rowWords:[]}:PAGE_TEXTS;function c(r,e){let t=Object.hasOwn(tr,r)?tr[r]:r;return e?ch(t,e):t}function dt(r,e,t,s={}){let n=t===1?r:e,o=Object.hasOwn(
tr,r)?tr[r]:n;return ch(o,{count:t,...s})}var ub=/[。！？；：][”’）」]*$/,_=(...r)=>r.filter(Boolean).reduce(
(e,t)=>e&&!ub.test(e)?`${e} ${t}`:e+t,""),ze=r=>r,ch=(r,e)=>r.replace(/\{(\w+)\}/g,(t,s)=>Object.hasOwn(e,s)?String(e[s]):
t);var db="[role=dialog]",pb="a[href], button, input, select, summary, textarea, [tabindex]";function hh(r){let e=r.getRootNode(),
t=e.host,s=t?.closest(db);if(!t||!s)return;let n=()=>[...e.querySelectorAll(pb)].filter(a=>a.tabIndex>=0&&a.checkVisibility()),
o=!1,i=a=>{o=a.shiftKey};s.addEventListener("keydown",i,{capture:!0}),t.tabIndex=0,t.addEventListener("focus",()=>{e.activeElement||
n().at(o?-1:0)?.focus()}),e.addEventListener("keydown",a=>{let{key:l,shiftKey:h,altKey:m,ctrlKey:d,metaKey:p}=a;if(l!=="\
Tab"||m||d||p)return;let f=n(),g=f.indexOf(e.activeElement),b=f[g+(h?-1:1)];g<0||!b||(a.preventDefault(),a.stopPropagation(),
b.focus())})}var fb={f4:Float32Array,i1:Int8Array,i2:Int16Array,i4:Int32Array,u1:Uint8Array,u2:Uint16Array},ca=8;function xe(r){if(!(r instanceof
Uint8Array)||r.length<ca)throw new Error(c("The data of this part of the page did not arrive."));let e=r.slice().buffer,
t=new DataView(e).getUint32(0,!0),s=ca+t;if(s>e.byteLength||s%8)throw new Error(c("The data of this part of the page arr\
ived incomplete."));let n=JSON.parse(new TextDecoder().decode(new Uint8Array(e,ca,t)));if(n.v!==1)throw new Error(c("The\
 data of this part of the page has a format that this page does not know; reload the page."));let o={};for(let[i,a]of Object.
entries(n.arrays))o[i]=gb(e,s,i,a);return{header:n,fields:o}}function gb(r,e,t,s){let n=fb[s.dtype],o=s.shape.reduce((a,l)=>a*
l,1);if(!(n&&e+s.offset+o*n.BYTES_PER_ELEMENT<=r.byteLength)||s.offset%n.BYTES_PER_ELEMENT)throw new Error(c("The data o\
f this part of the page lacks all or part of “{name}”.",{name:t}));return{values:new n(r,e+s.offset,o),shape:s.shape,
box:s.box??null,levels:s.levels??null}}var sr=[],ha=new Map;async function bb(r){for(sr.push(...r);sr.length;){let e=sr.shift(),t=yb(e);ha.set(e,t),await t}}async function yb(r){
try{let e=await fetch(r);return e.ok?await e.arrayBuffer():null}catch{return null}}function mh(r){let e=sr.indexOf(r);e>=
0&&sr.splice(e,1);let t=ha.get(r)??null;return ha.delete(r),t}var ua=0,ma,Ur=[];function dh(r){ua+=1,clearTimeout(ma),r.then(uh,uh)}function uh(){ua-=1,ph()}function ph(){clearTimeout(
ma),!ua&&Ur.length&&(ma=setTimeout(wb,1e3))}function wb(){let r=Ur;Ur=[];for(let e of r)e()}var fh=()=>new Promise(r=>{Ur.
push(r),ph()});function gh(){let[r]=performance.getEntriesByType("navigation");return["reload","back_forward"].includes(r?.type)}var vb=c("The server did not answer; it may have stopped or be busy.");function ue(r,e){let t=mh(r),s=t?t.then(n=>n??bh(
r,e)):bh(r,e);return dh(s),s}async function bh(r,e){let t;try{if(t=await fetch(r),t.ok)return await t.arrayBuffer()}catch{
throw new Error(c("{subject} could not be fetched; the server did not answer.",{subject:e}))}throw new Error(c("{subject\
} could not be fetched (status {status}); reload the page.",{subject:e,status:t.status}))}async function yh(r,e,t,s){let n=AbortSignal.
timeout(t),o,i;try{o=await fetch(r,{method:"POST",body:e,signal:s?AbortSignal.any([s,n]):n}),i=await o.arrayBuffer()}catch{
throw new Error(vb)}if(o.ok)return i;let a=new TextDecoder().decode(i);throw new Error(/^[^<]{3,400}[.。]$/.test(a)?a:c(
"The server could not answer ({status}).",{status:o.status}))}var Y={href:()=>window.location.href,open:r=>window.location.
assign(r),path:()=>window.location.pathname,search:()=>window.location.search,isReopened:gh,put:r=>history.replaceState(
history.state,"",r)},xb=0,wh=({setStateValue:r},e,t)=>r(e,{...t,message_number:++xb}),da=["stTopNavLink","stTopNavDropdo\
wnLink","stSidebarNavLink","stPageLink-NavLink"].map(r=>`[data-testid=${r}]`).join(),vh=()=>document.querySelector?.("[d\
ata-testid=stApp]")?.getAttribute("data-test-script-state")==="running",xh=()=>[document,...[...document.querySelectorAll(
'[data-testid^="stBidi"]')].flatMap(r=>r.shadowRoot??[])],Sh=()=>document.querySelector("[data-testid=stMainBlockContain\
er]")??document.documentElement,Mh=()=>document.querySelector("[data-testid=stMain]")?.scrollTo(0,0),Ah=()=>document.querySelector(
"[data-testid=stMain]")?.scrollTop??0,pa=(r,e)=>e.composedPath().some(t=>t instanceof Element&&t.classList.contains(r));
function Th(r,e){let t=document.querySelector(`.${r} input[type=file]`);if(!t)return!1;let s=new DataTransfer;return s.items.
add(e),t.files=s.files,t.dispatchEvent(new Event("change",{bubbles:!0})),!0}var te=class{capacity;entries=new Map;constructor(e){this.capacity=e}getOrFetch(e,t){let s=this.entries.get(e)??this.track(
e,t());this.entries.delete(e),this.entries.set(e,s);for(let n of this.entries.keys())this.entries.size>this.capacity&&this.
entries.delete(n);return s.promise}track(e,t){let s={promise:t,value:null};return t.then(n=>s.value=n,()=>this.entries.get(
e)===s&&this.entries.delete(e)),s}peek(e){return this.entries.get(e)?.value??null}};var Sb=new te(4),fa=new te(24);function Mb(r){let{codes:e,groups:t,filter:s}=r.header,n=[{file:e,cache:Sb},{file:t,cache:fa},
{file:s,cache:fa}].flatMap(({file:a,cache:l})=>a?[Ab(a,l)]:[]),o=a=>({...r,fields:Object.assign({},...a,r.fields)}),i=n.
flatMap(({fields:a})=>a?[a]:[]);return i.length===n.length?o(i):Promise.all(n.map(({pendingFields:a})=>a)).then(o)}function Ab(r,e){
return{pendingFields:e.getOrFetch(r.sha,async()=>xe(new Uint8Array(await ue(r.url,c("The codes")))).fields),fields:e.peek(
r.sha)}}var Ch=(r,e)=>{fa.getOrFetch(r.sha,async()=>e)},qr=class{part;latestNumber=0;constructor(e){this.part=e}async receive(e){
let t=++this.latestNumber;try{let s=Mb(e&&"header"in e?e:xe(e)),n=s instanceof Promise?await s:s;t===this.latestNumber&&
this.part.update(n)}catch(s){t===this.latestNumber&&this.part.setNote("data",s instanceof Error?c("{problem} The plain c\
ontrols still work.",{problem:s.message}):String(s))}}close(){this.latestNumber=NaN}};var Tb=1500,Eh=3e3,Gr=class{page;parts=new Set;unansweredCounts=new Map;stayingParts=new Set;heldMessages=new Map;lastSentAt;leftAt;pendingNavigation=null;isNavigating=!1;navigatingPart=null;leftPath="";timer=0;constructor(e){
this.page=e,this.lastSentAt=this.leftAt=-1/0,e.addEventListener("click",t=>this.interceptClick(t),!0)}isHoldingBack(e){return this.
pendingNavigation!==null||performance.now()-this.leftAt<Eh&&!this.stayingParts.has(e)}sendOrHold(e,t,s){this.isHoldingBack(
e)?this.heldMessages.set(e,(this.heldMessages.get(e)??new Map).set(t,s)):this.sendNow(e,s)}sendNow(e,t){t(),this.unansweredCounts.
set(e,(this.unansweredCounts.get(e)??0)+1),this.lastSentAt=performance.now()}receiveAnswer(e){let t=(this.unansweredCounts.
get(e)??0)-1;if(t>0?this.unansweredCounts.set(e,t):this.unansweredCounts.delete(e),this.pendingNavigation)return void(this.
unansweredCounts.size||this.retryNavigation());if(this.stayingParts.add(e),e!==this.navigatingPart||Y.path()!==this.leftPath)
return this.sendHeld(e);this.leftAt=-1/0,this.sendAllHeld()}sendHeld(e){let t=this.heldMessages.get(e);this.heldMessages.
delete(e),t?.forEach((s,n)=>this.sendOrHold(e,n,s))}sendAllHeld(){for(let e of[...this.heldMessages.keys()])this.isHoldingBack(
e)||this.sendHeld(e)}removePart(e){for(let t of[this.parts,this.unansweredCounts,this.stayingParts,this.heldMessages])t.
delete(e)}interceptClick(e){let t=e.target?.closest?.(da),s=e.button||e.ctrlKey||e.metaKey||e.shiftKey||e.altKey;if(!t||
s||e.defaultPrevented||t.target==="_blank"||t.getAttribute("disabled")!==null)return;let n=t.getAttribute("href"),o=()=>[
...this.page.querySelectorAll(da)].find(i=>i.getAttribute("href")===n);this.requestNavigation(()=>o()?.click())&&(e.preventDefault(),
e.stopImmediatePropagation())}requestNavigation(e,t=null){if(!this.isNavigating)for(let n of this.parts)this.isHoldingBack(
n)||n.sendPending?.();let s=this.isNavigating||!this.unansweredCounts.size?0:this.lastSentAt+Tb-performance.now();return window.
clearTimeout(this.timer),this.pendingNavigation=s>0?e:null,this.pendingNavigation?this.timer=window.setTimeout(()=>this.
retryNavigation(),s):this.markLeft(t),this.pendingNavigation!==null}retryNavigation(){let e=this.pendingNavigation;window.
clearTimeout(this.timer),this.pendingNavigation=null,this.isNavigating=!0,e?.(),this.isNavigating=!1,this.sendAllHeld()}markLeft(e){
this.unansweredCounts.clear(),this.stayingParts.clear(),this.navigatingPart=e,this.leftPath=Y.path(),this.leftAt=performance.
now(),this.timer=window.setTimeout(()=>this.sendAllHeld(),Eh)}};var rs=new Gr(document);function U(r){let e=new WeakMap,t=s=>{let n=new qr(new r(s));return e.set(s,n),hh(s),n};return s=>{
let{data:n,parentElement:o}=s;o.querySelector("p.lp-unavailable")?.remove();let i=e.get(o)??t(o),{part:a}=i;rs.parts.add(
a),rs.receiveAnswer(a);let l=(h,m)=>()=>wh(s,h,m);return a.sendMessage=(h,m)=>rs.sendOrHold(a,h,l(h,m)),a.turnPage=(h,m)=>{
rs.requestNavigation(()=>a.turnPage?.(h,m),a)||rs.sendNow(a,l(h,m))},i.receive(n),()=>window.setTimeout(()=>{o.isConnected||
e.get(o)!==i||(i.close(),a.close?.(),o.querySelector(".lp")?.remove(),rs.removePart(a),e.delete(o))})}}function Ue(r,e){let t=0;for(let s=0;s<r.length;s++)t+=(r[s]-e[s])**2;return t}function pt(r,e,t,s){for(let n=0,o=0;n<s.
length;n++){let i=0;for(let a=0;a<e;a++,o++)i+=(r[o]-t[a])*(r[o]-t[a]);s[n]=i}return s}function kh(r,e){let t=1/0;for(let s=0;s+
e.length<=r.length;s+=e.length){let n=0;for(let o=0;o<e.length;o++)n+=(r[s+o]-e[o])**2;t=Math.min(t,n)}return Math.sqrt(
t)}function Ph(r,e){let t=pt(r,e.length,e,new Float64Array(Math.floor(r.length/e.length)));return Je(t,1)[0]??-1}function Je(r,e){
let t=[];for(let s=0;s<r.length;s++){if(!(r[s]<(t.length<e?1/0:r[t[e-1]])))continue;let n=Math.min(t.length,e-1);for(;n>
0&&r[t[n-1]]>r[s];n--)t[n]=t[n-1];t[n]=s}return t}var ns=class{first=null;constructor(){}begin(e){this.first=e.map(Lh)}shareOf(e){let{first:t}=this;if(!t||t.length!==e.length)
return;let s=e.map((n,o)=>[t[o],Lh(n)]);return s.every(([n,o])=>n.length===o.length)?Cb(s):void 0}};function Lh(r){let e=r.
getContext("2d");return!e||!r.width||!r.height?new Uint8ClampedArray:e.getImageData(0,0,r.width,r.height).data}function Cb(r){
let[e,t]=[0,0];for(let[s,n]of r)for(let o=0;o<s.length;o++)o%4!==3&&(e+=Math.abs(s[o]-n[o]),t+=Math.max(s[o],n[o]));return t?
e/t:0}var Ih=(r,e,t=()=>{})=>({d_z:e,get change(){return t()},get z_norm(){return Math.hypot(...r.z)},get nearest(){let s=r.fields.
z?.values;return s&&!r.pastFrame?kh(s,r.z):void 0},get log_p(){return r.prior.logDensity(r.z)},get moment(){return r.pastFrame?.
step}});var Eb={step:({phase:r,times:e})=>({do:"step",phase:r,times:e}),rounds:({times:r})=>({do:"rounds",times:r}),rule:({rule:r,
least:e,most:t})=>({do:"rule",rule:r,value:e??t}),z:({near:r,beyond:e})=>r?{do:"z",to:r}:{do:"beyond",distance:e},layer:({
layer:r,on:e})=>({do:"layer",layer:r,on:e})};function Rh(r,e){if(e.length)return e;let t=Eb[r.kind];return t?[t(r)]:[]}function Oh(r,e){
let t=Math.hypot(...Array.from(r)),s=t>0?Array.from(r,n=>n/t):Array.from(r,(n,o)=>o?0:1);return Float32Array.from(s,n=>1.05*
e*n)}function P(r,e){let t=r.getContext("2d",e);if(!t)throw new Error(c("This browser cannot draw on another canvas."));return t}
function z(r,e,t){r.strokeStyle=e,r.lineWidth=t,r.stroke()}function os(r,e,t,s){r.beginPath(),r.arc(e,t,s,0,2*Math.PI)}function Se(r,e,t,s,n,o){
os(r,e,t,s),z(r,n,o)}function Re(r,e,t,s,n){os(r,e,t,s),r.fillStyle=n,r.fill()}function Vr(r,e,t,s){r.beginPath();for(let n=0;n+
1<t.length;n+=2){let[o,i]=e(t[n],t[n+1]);r.moveTo(o-s,i),r.lineTo(o+s,i),r.moveTo(o,i-s),r.lineTo(o,i+s)}}var nr="#d6249f",[jr,kb,rr]=[1.5,18,8];function Wr(r,{drawn:e,toScreen:t,width:s,height:n,codes:o=[],prior:i=[],draws:a=[],
places:l=[]}){r.save(),r.setLineDash([]),r.strokeStyle=r.fillStyle=nr,r.globalAlpha=1,e==="codes"&&Nh(r,t,o),e==="draws"&&
Nh(r,t,a),e==="prior"&&(r.lineWidth=1.75,Vr(r,t,i,4),r.stroke()),e==="surface"&&(r.lineWidth=rr,r.strokeRect(rr/2,rr/2,s-
rr,n-rr));let h=["z","items","regions"].includes(e)?l.filter(([m,d])=>Number.isFinite(m+d)):[];for(let[m,d]of h)Se(r,m,d,
kb,nr,4);r.restore()}function Nh(r,e,t){for(let s=0;s+1<t.length;s+=2){let[n,o]=e(t[s],t[s+1]);r.fillRect(n-jr,o-jr,2*jr,
2*jr)}}var Pb=400,$=r=>E.emit("did",r),Qe=(r,{before:e={},isOther:t=!1}={})=>E.emit("figures",{figures:r,before:e,isOther:t});function Lb(r,e){
for(let t of e)t.do==="z"&&t.to?.length===r.z.length&&r.moveZTo(Float32Array.from(t.to)),t.do==="beyond"&&r.moveZTo(Oh(r.
z,Number(t.distance))),t.do==="layer"&&Ib(r,String(t.layer),t.on??!0)}function Ib(r,e,t){r.settings.layers[e]!==t&&r.toggleLayer(
e)}function Rb({codes:r,fields:e,header:t,z:s}){if(!(!t.link||t.link.shares.includes("z"))||!e.z||!r.labels)return;let o=r.
labels[Ph(e.z.values,s)]??-1,{side:i=0,title:a=""}=t.link??{};o>=0&&E.emit("drawn",{side:i,title:a,classes:t.classes,label:o})}
function Fh(r){let{events:e}=r,t="";r.addOverlay(({pen:l,view:h})=>t&&r.ready&&Wr(l,{drawn:t,toScreen:(m,d)=>h.toScreen(
m,d),width:h.width,height:h.height,...a()})),E.on("light",l=>{l.drawn!==t&&(t=l.drawn,r.redrawOverlays())},e);let s=()=>t&&
r.redrawOverlays();e.on("z",()=>{$({kind:"z",z:Array.from(r.z)}),s()}),e.on("layers",()=>$({kind:"layers",layers:Object.
keys(r.settings.layers).filter(l=>r.settings.layers[l])})),E.on("did",({kind:l})=>l==="sample"&&Rb(r),e),e.on("pick",({index:l})=>l>=
0&&$({kind:"pick"})),e.on("moment",()=>$({kind:"moment",step:r.pastFrame?.step??null}));let n=new ns,o=()=>[r.panel.image];
e.on("drawn",({dOfZ:l})=>Qe(Ih(r,l,()=>n.shareOf(o())))),E.on("turned",()=>r.refresh(),e),E.on("experiment",()=>i(),e),E.
on("perform",({actions:l})=>Lb(r,l),e);function i(){r.ready&&(n.begin(o()),r.refresh())}function a(){let{codes:l,fields:h,
header:m,slice:d,view:p,z:f}=r,g=b=>p.toScreen(...d.project(b));return{codes:l.xy,prior:h.prior_xy?.values.subarray(0,2*
Pb),places:t==="regions"?(m.regions??[]).map(b=>g(b.z)):[g(f)]}}}var[Dh,_h]=[6,.5],ga=Array.from({length:2*Dh/_h+1},(r,e)=>e*_h-Dh),zh=ga.map(r=>Math.exp(-r*r/2)),Ob=zh.reduce((r,e)=>r+
e,0),Bh=zh.map(r=>r/Ob),Uh=r=>Array.from(r).reduce((e,t)=>e+t,0)/r.length,ba=({widths:r})=>Math.exp(Uh(Array.from(r,Math.
log))),ya=({means:r})=>Math.sqrt(Uh(Array.from(r,e=>e*e)));function qh(r,e,t){let s=Math.log(e)/Math.log(ba(r)),n=t/ya(r);
return{means:Float64Array.from(r.means,o=>o*n),widths:Float64Array.from(r.widths,o=>o**s)}}function Gh(r){let e=Nb(r),t=Fb(
r);return{mean_kl:e,information:t,aggregate_kl:e-t}}function Nb({means:r,widths:e}){let t=0;for(let s=0;s<r.length;s++)t+=
(r[s]**2+e[s]**2-1)/2-Math.log(e[s]);return t/(r.length/2)}function Fb({means:r,widths:e}){let t=r.length/2,s=Array.from(
{length:t},(o,i)=>Math.log(e[2*i]*e[2*i+1])),n=0;for(let o=0;o<t;o++)ga.forEach((i,a)=>{let l=r[2*o]+e[2*o]*i;ga.forEach(
(h,m)=>{let d=r[2*o+1]+e[2*o+1]*h,p=-(i*i+h*h)/2-s[o],f=0;for(let g=0;g<t;g++){let b=(l-r[2*g])/e[2*g],y=(d-r[2*g+1])/e[2*
g+1];f+=Math.exp(-(b*b+y*y)/2-s[g]-p)}n-=Bh[a]*Bh[m]*(Math.log(f)-Math.log(t))})});return Math.max(0,n/t)}function Vh({means:r,
widths:e},t,s){let n=Array.from({length:s},(i,a)=>2*t*a/(s-1)-t),o=new Float64Array(s*s);for(let i=0;i<r.length;i+=2){let a=n.
map(h=>Hh(h,r[i],e[i])),l=n.map(h=>Hh(h,r[i+1],e[i+1]));for(let h=0;h<s;h++)for(let m=0;m<s;m++)o[h*s+m]+=a[m]*l[h]}return{
values:Db(o),shape:[s,s],box:[-t,t,-t,t]}}var Hh=(r,e,t)=>Math.exp(-(((r-e)/t)**2)/2)/t;function Db(r){let e=Uint32Array.
from(r.keys()).sort((o,i)=>r[i]-r[o]),t=r.reduce((o,i)=>o+i,0),s=new Float32Array(r.length),n=0;for(let o of e)s[o]=n/t,
n+=r[o];return s}function jh(r,e){let t=n=>2*r*n/(e-1)-r;return{values:Float32Array.from({length:e*e},(n,o)=>1-Math.exp(
-(t(o%e)**2+t(Math.floor(o/e))**2)/2)),shape:[e,e],box:[-r,r,-r,r]}}var _b=11,Bb=[0,2,4,6,8,10],Hb=[{name:"mean_kl",sign:"",formula:"E KL(q(z|x) ‖ p)",words:c("what a VAE pays for an ima\
ge")},{name:"information",sign:"=",formula:"I(x; z)",words:c("what z tells of its image")},{name:"aggregate_kl",sign:"+",
formula:"KL(q(z) ‖ p)",words:c("all that an AAE pays")}],Kr=class{rows=new Map;root;constructor(){let e=Bb.map(t=>u("s\
pan",{style:`left: ${wa(t)}`},String(t)));this.root=u("div",{class:"ag-bars",role:"group","aria-label":c("The equation, \
in nats")},...Hb.map(t=>this.buildRow(t)),u("div",{class:"ag-ticks","aria-hidden":"true"},...e))}buildRow({name:e,sign:t,
formula:s,words:n}){let o=u("output",{}),a=(e==="mean_kl"?["information","aggregate_kl"]:[e]).map(l=>u("i",{"data-part":l}));
return this.rows.set(e,{output:o,parts:a}),u("div",{class:"ag-bar","data-bar":e},u("p",{},u("b",{},`${t} ${s}`.trim()),`\
 ${n}`),o,u("div",{class:"ag-track","aria-hidden":"true"},...a))}show(e){let{information:t}=e,s={information:0,aggregate_kl:t};
for(let[n,{output:o,parts:i}]of this.rows){A(o,c("{value} nats",{value:v(e[n])}));for(let a of i){let l=a.dataset.part;a.
style.left=wa(s[l]),a.style.width=wa(e[l])}}}},wa=r=>`${100*Math.max(0,r)/_b}%`;var is="#8a94a3",et="#2a80cf",Wh="#b3d0ee",qe={code:[213,94,0],prior:[42,128,207]};var[Xh,Yh]=[128,127],[as,zb]=[48,96],Kh=[32,38,46],Ub=[120,128,138],qb=[255,166,77],$h=[92,180,255],Zh=Xh/255,ft=r=>r[0]===
1&&r[1]===1,G=(r,e,t="row")=>e?la.length?la.reduce((s,[n,o])=>s.replace(new RegExp(n,"g"),o),r):r.replace(/image/g,t).replace(
/Image/g,t[0].toUpperCase()+t.slice(1)):r,$r=r=>(255*r-Xh)/Yh,ls=({middles:r,reaches:e},t,s)=>r[t]+e[t]*$r(s),Bt=({reaches:r},e,t=8)=>Math.
min(t,Math.max(0,Math.ceil(-Math.log10(r[e]/Yh))));function Jh(r){let e=Math.ceil(r/zb),t=Math.ceil(r/e);return{bars:t,barWidth:Math.
max(1,Math.round(as/t)),featuresPerBar:e}}function Qh(r){let{bars:e,barWidth:t}=Jh(r);return[e*t,as]}function Gb(r,e){return r===
0?e<0?$h:Ub:r>0?r<=e?qb:Kh:r>e?$h:Kh}function em(r){let{bars:e,barWidth:t,featuresPerBar:s}=Jh(r.length),n=new ImageData(
e*t,as);for(let o=0;o<n.width;o++){let i=Math.floor(o/t)*s,a=0;for(let h=i;h<Math.min(i+s,r.length);h++){let m=$r(Math.round(
255*Math.min(1,Math.max(0,r[h])))/255);Math.abs(m)>Math.abs(a)&&(a=m)}let l=t>2&&o%t===t-1?0:Math.floor(a*as/2+.5);for(let h=0;h<
as;h++){let m=as/2-h;n.data.set([...Gb(m,l),255],4*(h*n.width+o))}}return n}var Xr=new WeakMap,Ht=new WeakMap,Vb=32,va=({width:r,height:e},t=1)=>t<1||Math.max(r,e)>Vb,Yr=(r,[e,t])=>r.dataset.smooth=
String(va({width:t,height:e})),xa=r=>ft(r)?Qh(r[2]):[r[2],r[1]];function de(r,e){if(ft(e))return em(r);let[t,s,n]=e,o=new ImageData(
n,s),i=n*s,[a,l]=t===3?[i,2*i]:[0,0];for(let h=0,m=0;h<i;h++,m+=4)o.data[m]=255*r[h],o.data[m+1]=255*r[a+h],o.data[m+2]=
255*r[l+h],o.data[m+3]=255;return o}function or(r,[e,t,s]){let{data:n}=P(r).getImageData(0,0,s,t);return Sa({values:n,shape:[
t,s,4]}).slice(0,e*t*s)}function pe(r){let e=u("canvas",{width:r.width,height:r.height});return P(e).putImageData(r,0,0),
e}var Me=(r,e)=>Array.from({length:e},(t,s)=>r.subarray(s*r.length/e,(s+1)*r.length/e));function W(r,e,t){let[s,n]=xa(t);
ft(t)&&(Ht.set(r,Float32Array.from(e)),Xr.get(r)?.(e)),r.width!==s&&(r.width=s),r.height!==n&&(r.height=n),P(r).putImageData(
de(e,t),0,0)}function gt(r,e){let{width:t,height:s}=e,n=Ht.get(e);n&&Xr.get(r)?.(n),(r.width!==t||r.height!==s)&&Object.
assign(r,{width:t,height:s}),P(r).drawImage(e,0,0)}function Sa({values:r,shape:[e,t,s]}){let n=e*t,o=new Float32Array(s*
n);for(let i=0;i<n;i++)for(let a=0;a<s;a++)o[a*n+i]=r[i*s+a]/255;return o}var bt=({values:r,shape:[e,t,s,n]})=>({images:Me(
r,e).map(o=>Sa({values:o,shape:[t,s,n]})),shape:[n,t,s]});function Zr(r,[e,t,s]){let n=t*s;return Uint8Array.from({length:e*
n},(o,i)=>Math.round(255*r[i%e*n+Math.floor(i/e)]))}function Ma(r,e){let[t,s,n]=e.shape;W(r,Sa(e),[n,t,s])}function Ae(r){let e=getComputedStyle(r),t=(s,n)=>e.getPropertyValue(s).trim()||n;return{text:t("--st-text-color","#1f29\
33"),background:t("--st-background-color","#ffffff"),border:t("--st-border-color","#8a94a3"),primary:t("--st-primary-col\
or","#235c96")}}function cs(r){let e=Number(getComputedStyle(r).getPropertyValue("--bold"));return Math.min(4,Math.max(1,
e||1))}var yt=ve(jb);function jb(r){let e=P(u("canvas",{width:1,height:1}));e.fillStyle=r,e.fillRect(0,0,1,1);let[t,s,n]=e.
getImageData(0,0,1,1).data;return[t,s,n]}var Wb=[[],[[3,0]],[[0,1]],[[3,1]],[[1,2]],[[3,0],[1,2]],[[0,2]],[[3,2]],[[2,3]],[[2,0]],[[0,1],[2,3]],[[2,1]],[[1,3]],[
[1,0]],[[0,3]],[]];function Jr(r,e){let{values:t,shape:s,box:n}=r,[o,i]=s,[a,l,h,m]=n,[d,p]=[(l-a)/(i-1),(m-h)/(o-1)],f=[];
for(let g=0;g+1<o;g++)for(let b=0;b+1<i;b++){let y=g*i+b,w=[t[y],t[y+1],t[y+i+1],t[y+i]],S=w.reduce((M,T,L)=>M|(T>e?1<<L:
0),0);for(let M of Wb[S])for(let T of M){let[L,N]=Kb(T,w,e);f.push(a+(b+L)*d,h+(g+N)*p)}}return f}function Kb(r,e,t){let[
s,n]=[e[r],e[(r+1)%4]],o=(t-s)/(n-s);return[[o,0],[1,o],[1-o,1],[0,1-o]][r]}var wt=class{width=0;height=0;reserve=0;extent=1;homeCentre=[0,0];centre=[0,0];zoom=1;markScale=1;get side(){return Math.
min(this.width-this.reserve,this.height)}get middle(){return[Math.max(this.width/2,this.reserve+this.side/2),this.height/
2]}get scale(){return this.side/2/this.extent*this.zoom||1}resize(e,t){this.width=e,this.height=t}setHome(e,t){let s=!this.
isAtHome,n=this.extent;this.extent=e,this.homeCentre=t,s?this.zoom*=e/n:this.goHome()}get isAtHome(){return this.zoom===
1&&this.centre[0]===this.homeCentre[0]&&this.centre[1]===this.homeCentre[1]}goHome(){this.zoom=1,this.centre=[...this.homeCentre]}showBox({
x0:e,x1:t,y0:s,y1:n}){let o=Math.max(t-e,n-s)/2;o>0&&(this.zoom=Math.min(400,Math.max(.25,this.extent/o)),this.centre=this.
clampCentre((e+t)/2,(s+n)/2))}copyFrom(e){this.zoom=Math.min(400,Math.max(.25,this.extent/e.extent*e.zoom)),this.centre=
this.clampCentre(e.centre[0],e.centre[1])}toScreen(e,t){let s=this.scale,[n,o]=this.middle;return[n+(e-this.centre[0])*s,
o-(t-this.centre[1])*s]}toPlane(e,t){let s=this.scale,[n,o]=this.middle;return[this.centre[0]+(e-n)/s,this.centre[1]-(t-
o)/s]}zoomAt(e,t,s){let[n,o]=this.toPlane(t,s);this.zoom=Math.min(400,Math.max(.25,this.zoom*e));let[i,a]=this.toPlane(t,
s);this.centre=this.clampCentre(this.centre[0]+n-i,this.centre[1]+o-a)}panBy(e,t){let s=this.scale;this.centre=this.clampCentre(
this.centre[0]-e/s,this.centre[1]+t/s)}clampCentre(e,t){let s=2*this.extent,n=(o,i)=>Math.min(i+s,Math.max(i-s,o));return[
n(e,this.homeCentre[0]),n(t,this.homeCentre[1])]}get canvasCentre(){return this.toPlane(this.width/2,this.height/2)}get visibleSquare(){
let e=this.extent/this.zoom,[t,s]=this.centre;return{x0:t-e,x1:t+e,y0:s-e,y1:s+e}}get visibleBox(){let[e,t]=this.toPlane(
0,0),[s,n]=this.toPlane(this.width,this.height);return{x0:e,x1:s,y0:n,y1:t}}};function Aa(r,e,t){let s=(e-r)/Math.max(1,
t);if(!(s>0)||!Number.isFinite(s))return[];let n=10**Math.floor(Math.log10(s)),o=n*([1,2,5].find(l=>l*n>=s*.999)??10),i=Math.
ceil(r/o-1e-9),a=Math.floor(e/o+1e-9);return Array.from({length:Math.max(0,a-i+1)},(l,h)=>(i+h)*o)}var $b=c("D’s surface: orange where D takes z for a code, blue where it takes z for a sample of the prior, grey where it\
 cannot tell."),Xb=c("The prior: one in ten codes should lie outside the outer ring."),Yb=c("Arrows: the direction in wh\
ich D pushes a code, along the gradient of log D(z); a longer arrow is a stronger push."),vt=[{id:"codes",key:"c",title:c(
"Codes"),on:!0},{id:"prior",key:"p",title:c("Prior"),on:!0,explanation:Xb},{id:"judge",key:"j",title:c("D’s surface"),
on:!1,explanation:$b},{id:"manifold",key:"m",title:c("Manifold"),on:!1},{id:"samples",key:"s",title:c("Prior samples"),on:!1},
{id:"thumbs",key:"t",title:c("Images at codes"),on:!1},{id:"density",key:"d",title:c("Density of q(z)"),on:!1},{id:"push",
key:"g",title:c("Push on codes"),on:!1,explanation:Yb},{id:"regions",key:"n",title:c("Names of regions"),on:!0},{id:"sha\
pes",key:"h",title:c("A shape for each class"),on:!1}],sm=["judge","manifold","samples"],Zb=600,Jb=3.25,rm={middle:.42,ring:.17,
ringShare:.9,end:.97},Qr=11,Qb={inner:.2,middle:.08,ring:.32},ey=[140,140,140];function ir(r,e){let[t,s]=r.shape,n=new ImageData(
s,t);for(let o=0;o<t;o++)for(let i=0;i<s;i++){let a=4*((t-1-o)*s+i);n.data.set(e(r.values[o*s+i]),a)}return pe(n)}function Ut(r,e,t,s){
let n=P(r);return n.setTransform(s,0,0,s,0,0),n.clearRect(0,0,e.width,e.height),{pen:n,view:e,theme:t}}function Oe({pen:r,
view:e},t,s){let[n,o]=s.shape,[i,a,l,h]=s.box,[m,d]=[(a-i)/(o-1)/2,(h-l)/(n-1)/2],[p,f]=e.toScreen(i-m,h+d),[g,b]=e.toScreen(
a+m,l-d);r.imageSmoothingEnabled=!0,r.drawImage(t,p,f,g-p,b-f)}function nm(...[{pen:r,view:e},t,s]){let[n,o]=s.shape,[i,
a,l,h]=s.box,[m,d]=e.toScreen(i,h),[p,f]=e.toScreen(a,l),g=(b,y,w,S)=>[[0,1,Math.min(0,y),y],[.5,b-1,y,w],[b-1,1,w,Math.
max(S,w)]];r.imageSmoothingEnabled=!0,g(o,m,p,e.width).forEach(([b,y,w,S],M)=>g(n,d,f,e.height).forEach(([T,L,N,D],X)=>{
S<=w||D<=N||(r.globalAlpha=M===1&&X===1?1:.5,r.drawImage(t,b,T,y,L,w,N,S-w,D-N))})),r.globalAlpha=1}function om(r,e){let[
t,s,n]=yt(e),o=r.values.reduce((i,a)=>Math.max(i,a),0)||1;return ir(r,i=>[t,s,n,190*Math.sqrt(Math.max(0,i)/o)])}var en=r=>ir(
r,ar);function ar(r){if(Number.isNaN(r))return[0,0,0,0];let e=r<.5?qe.code:qe.prior,t=Math.abs(2*r-1);return[...ey.map((s,n)=>s+
(e[n]-s)*t),90+90*t]}var hs=[[68,1,84],[59,82,139],[33,145,140],[94,201,98],[253,231,37]],im=r=>ir(r,e=>{let t=Math.min(
1,Math.max(0,e))*(hs.length-1),s=Math.min(hs.length-2,Math.floor(t));return[...hs[s].map((n,o)=>n+(hs[s+1][o]-n)*(t-s)),
230]});function us(r){return(r.levels??[]).map(e=>({level:e,lines:Jr(r,e)}))}function ds(r){let[e,t,s]=yt(et);return ir(
r,n=>[e,t,s,255*sy(n)])}function am(r){let[e,t,s]=yt(et);return ir(r,n=>[e,t,s,255*ty(n)])}function ty(r){let{inner:e,middle:t,
ring:s}=Qb,{ringShare:n,end:o}=rm;return r>n?s*Math.max(0,(o-r)/(o-n)):t+(s-t)*Math.max(0,(r-e)/(n-e))**2}function sy(r){
let{middle:e,ring:t,ringShare:s,end:n}=rm;return r<=s?e+(t-e)*(r/s):t*Math.max(0,(n-r)/(n-s))}function tn(r,e){Ta(r,e),Ca(
r,e,[])}function Ta(r,e){let{pen:t,view:s,theme:n}=r,o=t.globalAlpha;e.forEach(({lines:i},a)=>{let l=a===e.length-1;t.beginPath();
for(let h=0;h<i.length;h+=4)t.moveTo(...s.toScreen(i[h],i[h+1])),t.lineTo(...s.toScreen(i[h+2],i[h+3]));t.globalAlpha=o*
(l?.7:.4),z(t,n.background,(l?4:3)*s.markScale),t.globalAlpha=o*(l?1:.8),z(t,et,(l?2:1.25)*s.markScale),t.globalAlpha=o})}
function Ca(r,e,t){let s=[...t];for(let{level:n,lines:o}of[...e].reverse()){let i=ry(r,o,`${Math.round(100*n)} %`,s);i&&
s.push(i)}}var Ea=(r,e,t)=>Math.abs(r.x-e.x)<=r.halfWidth+e.halfWidth+t&&Math.abs(r.y-e.y)<=r.halfHeight+e.halfHeight+t;
function tt({pen:r,theme:e},t,s){z(r,e.background,s),z(r,e.text,t)}var ms=(r,e,t="")=>`${t} ${Math.round(e*r.markScale)}\
px sans-serif`.trim();function ry(r,e,t,s){let{pen:n,view:o}=r;if(!e.length)return null;n.font=ms(o,Qr);let i=n.measureText(
t).width/2,a=Qr*o.markScale/2,h=ny(e).map(m=>{let[d,p]=o.toScreen(e[m],e[m+1]);return{x:d,y:p-4-.36*Qr*o.markScale,halfWidth:i,
halfHeight:a}}).find(m=>!s.some(d=>Ea(m,d,1)));return h?(n.textAlign="center",zt(r,t,h.x,h.y+.36*Qr*o.markScale),h):null}
function ny(r){let[e,t]=[0,0];for(let s=0;s<r.length;s+=2)r[s+1]>r[e+1]&&(e=s),r[s+1]<r[t+1]&&(t=s);return[e,t]}function ps(r,e,t,s=1){
let{pen:n,theme:o,view:{markScale:i}}=r;n.lineJoin="round",n.beginPath();for(let[l,h]of e)n.lineTo(l,h);tt(r,t*i,(2*t+1)*
i);let a=(t+1.5)*i;n.beginPath(),e.forEach(([l,h],m)=>{m%s||(n.moveTo(l+a,h),n.arc(l,h,a,0,2*Math.PI))}),n.fillStyle=o.text,
n.fill()}function lm(r,e){let{pen:t,view:{markScale:s}}=r;t.setLineDash([5*s,4*s]),t.beginPath();for(let[n,o]of e)t.lineTo(
n,o);tt(r,s,3*s),t.setLineDash([])}function cm({pen:r,view:e,theme:t},s){let{markScale:n}=e;r.font=ms(e,13,"bold"),r.textAlign=
"center";for(let{name:o,colour:i,place:a}of s){let[l,h]=e.toScreen(...a),m=r.measureText(o).width/2+5*n;r.beginPath(),r.
roundRect(l-m,h-10*n,2*m,20*n,5*n),r.globalAlpha=.85,r.fillStyle=t.background,r.fill(),r.globalAlpha=1,z(r,i??t.text,2*n),
r.fillStyle=t.text,r.fillText(o,l,h+4.5*n)}}function sn({pen:r,view:e,theme:t},s){let n=Array.prototype.slice.call(s,0,2*
Zb);Vr(r,(o,i)=>e.toScreen(o,i),n,Jb*e.markScale),z(r,t.background,3.6*e.markScale),z(r,et,1.4*e.markScale)}function hm(r){
let{x0:e,x1:t,y0:s,y1:n}=r.visibleBox,o=Math.max(3,r.width/110/r.markScale);return{ticksX:Aa(e,t,o).map(i=>({value:i,position:r.
toScreen(i,0)[0]})),ticksY:Aa(s,n,o).map(i=>({value:i,position:r.toScreen(0,i)[1]}))}}function rn({pen:r,view:e,theme:t}){
let{ticksX:s,ticksY:n}=hm(e),o=i=>Math.round(i)+.5;r.beginPath();for(let{position:i}of s)r.moveTo(o(i),0),r.lineTo(o(i),
e.height);for(let{position:i}of n)r.moveTo(0,o(i)),r.lineTo(e.width,o(i));r.globalAlpha=.4,z(r,t.border,e.markScale),r.globalAlpha=
1}function nn(r,e,t=!1){let{pen:s,view:n}=r,{ticksX:o,ticksY:i}=hm(n),{markScale:a}=n;t&&oy(r),s.font=ms(n,11);let l=s.measureText(
e[0]??"").width+24*a;s.textAlign="center";for(let{value:h,position:m}of o)m>30*a&&m<n.width-l&&zt(r,tm(h),m,n.height-6);
s.textAlign="left";for(let{value:h,position:m}of i)m>30*a&&m<n.height-20*a&&zt(r,tm(h),5,m-3);s.font=ms(n,12,"bold"),zt(
r,e[1]??"",6,4+12*a),s.textAlign="right",zt(r,e[0]??"",n.width-8,n.height-6)}function oy({pen:r,view:e,theme:t}){let[s,n]=[
22*e.markScale,30*e.markScale];r.globalAlpha=.94,r.fillStyle=t.background,r.fillRect(0,e.height-s,e.width,s),r.fillRect(
0,0,n,e.height-s),r.globalAlpha=1}function zt({pen:r,view:e,theme:t},s,n,o){r.lineWidth=3*e.markScale,r.lineJoin="round",
r.strokeStyle=t.background,r.strokeText(s,n,o),r.fillStyle=t.text,r.fillText(s,n,o)}var tm=r=>String(Number(r.toPrecision(
6))).replace("-","−");var an=3.3,La=141,iy=2*an/(La-1),ln=`rgb(${qe.code.join()})`,ka=[.5,.9],um=[2.146,1.75,1.35,.95,.55],ay=.065,[ly,cy]=[.3,
.22],on=um[0],Pa=2.5,hy=20,my=30,mm=.1,uy={ArrowLeft:[-1,0],ArrowRight:[1,0],ArrowUp:[0,1],ArrowDown:[0,-1]},cn=class{listeners;view=new wt;canvas;posteriors;digits;chosenIndex;dragPlace;lessonHighlight;refresh;mixtureLines;prior;priorImage;priorRings;makeDigits;stopObserving;images;constructor(e){
this.listeners=e,this.view.setHome(an,[0,0]),this.canvas=u("canvas",{class:"ag-plane",tabindex:"0",role:"application","a\
ria-roledescription":c("plane"),onpointerdown:t=>this.grab(t),onpointermove:t=>this.drag(t),onpointerup:()=>this.release(),
onpointercancel:()=>this.release(),onkeydown:t=>this.handleKey(t)}),this.posteriors={means:[],widths:[]},this.digits=[],
this.chosenIndex=0,this.dragPlace=null,this.lessonHighlight="",this.refresh=ae(()=>this.draw()),this.mixtureLines=O(t=>Jr(
Vh(t,an,La),ka[1])),this.prior={...jh(an,La),levels:ka},this.priorImage=O(ds),this.priorRings=O(us),this.makeDigits=O(py),
this.stopObserving=Ie(this.canvas,()=>this.refresh())}close(){this.stopObserving(),this.refresh.close()}show(e){this.posteriors=
e,this.refresh()}setImages(e){this.images=e,this.chosenIndex=0}setLessonHighlight(e){e!==this.lessonHighlight&&(this.lessonHighlight=
e,this.refresh())}get count(){return this.posteriors.means.length/2}placeOf(e){let t=this.canvas.getBoundingClientRect();
return this.view.toPlane(e.clientX-t.left,e.clientY-t.top)}grab(e){let t=this.placeOf(e),s=this.nearest(t);s<0||(this.canvas.
setPointerCapture(e.pointerId),this.dragPlace=t,this.choose(s))}drag(e){let t=this.placeOf(e);if(!this.dragPlace)return void(this.
canvas.style.cursor=this.nearest(t)<0?"":"grab");let[s,n]=this.dragPlace;this.dragPlace=t,this.listeners.onMove(this.chosenIndex,
t[0]-s,t[1]-n)}release(){this.dragPlace&&(this.dragPlace=null,this.listeners.onRelease())}nearest([e,t]){let{means:s}=this.
posteriors,n=Array.from({length:this.count},(i,a)=>Math.hypot(s[2*a]-e,s[2*a+1]-t)),o=Math.min(...n);return o*this.view.
scale<=my?n.indexOf(o):-1}handleKey(e){if(e.ctrlKey||e.metaKey||e.altKey)return;let t=uy[e.key];if(!(!t&&e.key.toLowerCase()!==
"n")){if(e.preventDefault(),e.stopPropagation(),!t)return this.choose((this.chosenIndex+1)%this.count);this.listeners.onMove(
this.chosenIndex,mm*t[0],mm*t[1]),this.listeners.onRelease()}}choose(e){this.chosenIndex=e,this.listeners.onChoose(e),this.
refresh()}draw(){let{canvas:e,view:t}=this,s=window.devicePixelRatio||1,[n,o]=[e.clientWidth,e.clientHeight];if(!n||!o||
!this.images)return;let[i,a]=[Math.round(n*s),Math.round(o*s)];(e.width!==i||e.height!==a)&&([e.width,e.height]=[i,a]),t.
resize(n,o),t.markScale=cs(e);let l=Ut(e,t,Ae(e),s);Oe(l,this.priorImage(this.prior),this.prior),rn(l),this.drawEllipses(
l),tn(l,this.priorRings(this.prior)),this.drawMixture(l),this.drawDigits(l),this.lessonHighlight&&this.drawHighlight(l),
nn(l,["z₁","z₂"])}traceEllipse({pen:e,view:t},s,n){let{means:o,widths:i}=this.posteriors,[a,l]=t.toScreen(o[2*s],o[2*
s+1]),h=Pa*n/on,[m,d]=[0,1].map(p=>Math.max(h,n*i[2*s+p]*t.scale));e.beginPath(),e.ellipse(a,l,m,d,0,0,2*Math.PI)}drawEllipses(e){
let{pen:t}=e,{widths:s}=this.posteriors;t.fillStyle=ln;for(let n=0;n<this.count;n++){let o=Math.sqrt(s[2*n]*s[2*n+1]),i=Math.
max(cy,Math.min(1,ly/o));for(let a of um)t.globalAlpha=i*ay,this.traceEllipse(e,n,a),t.fill();t.globalAlpha=.55,dy(e,()=>this.
traceEllipse(e,n,on))}t.globalAlpha=1}drawMixture(e){let{pen:t,view:s,theme:n}=e;if(Math.min(...Array.from(this.posteriors.
widths))<iy)return;let o=this.mixtureLines(this.posteriors);t.beginPath();for(let i=0;i<o.length;i+=4)t.moveTo(...s.toScreen(
o[i],o[i+1])),t.lineTo(...s.toScreen(o[i+2],o[i+3]));t.lineCap="round",z(t,n.background,5.5*s.markScale),z(t,ln,3*s.markScale)}drawDigits({
pen:e,view:t,theme:s}){let{means:n,widths:o}=this.posteriors,i=hy*t.markScale;this.digits=this.makeDigits(this.images,s.
text);for(let a=0;a<this.count;a++){let[l,h]=t.toScreen(n[2*a],n[2*a+1]),m=on*o[2*a+1]*t.scale,d=Math.max(0,i/2+Pa-m/2);
a===this.chosenIndex&&this.canvas.matches(":focus")&&Se(e,l,h-d,i*.7,s.primary,2.5),d>0&&Re(e,l,h,Pa,ln),e.drawImage(this.
digits[a],l-i/2,h-d-i/2,i,i)}}drawHighlight(e){let{pen:t,view:s}=e,n=Math.sqrt(-2*Math.log(1-ka[1]));this.lessonHighlight===
"prior"&&Se(t,...s.toScreen(0,0),n*s.scale,nr,4);for(let o=0;this.lessonHighlight==="codes"&&o<this.count;o++)this.traceEllipse(
e,o,on),z(t,nr,2)}};function dy({pen:r,view:e},t){t(),z(r,ln,1*e.markScale)}function py({values:r,shape:[e,t,s]},n){let o=yt(
n);return Array.from({length:e},(i,a)=>{let l=new ImageData(s,t);for(let h=0;h<t*s;h++)l.data.set([...o,r[a*t*s+h]],4*h);
return pe(l)})}var Ia=200,xt=20,[fy,gy]=[.2,.05],by=.95,Ra=class{sendMessage=()=>{};message=null;arrangement={width:1,spread:0,images:1};shifts=new Float64Array(
2*xt);divergences={mean_kl:0,information:0,aggregate_kl:0};echoFilter=new B(ss);plane=new cn({onChoose:e=>this.announcePlace(
e),onMove:(e,t,s)=>this.moveEllipse(e,t,s),onRelease:()=>this.announcePlace(this.plane.chosenIndex)});bars=new Kr;widthSlider=new hn(
c("Width of each"),"width",e=>this.change({width:e}),()=>this.send());spreadSlider=new hn(c("Spread of the centres"),"sp\
read",e=>this.change({spread:e}),()=>this.send());notes=u("div",{class:"lp-notes",role:"status"});verdict=u("p",{class:"\
ag-verdict",role:"status"});spokenNote=u("p",{class:"lp-hidden",role:"status"});recompute=ae(()=>this.show());root;listenerRemovers;constructor(e){
this.root=u("div",{class:"lp ag"},this.notes,this.buildBody()),this.listenerRemovers=[E.on("turned",()=>this.report()),E.
on("light",({drawn:t})=>this.plane.setLessonHighlight(t))],e.append(this.root)}buildBody(){let e=c("Drag an ellipse, or \
move the chosen one with the arrow keys; N chooses the next.");return u("div",{class:"ag-body"},u("div",{class:"ag-pictu\
re"},this.plane.canvas,yy(),u("p",{class:"lp-note"},e)),u("div",{class:"ag-side"},this.bars.root,this.verdict,u("div",{class:"\
ag-sliders"},this.widthSlider.root,this.spreadSlider.root),u("div",{class:"lp-switches"},x(c("As this VAE has them"),()=>this.
restore(),{title:c("The widths and means that the VAE gives these images")}),x(c("Other images"),()=>this.showOtherImages(),
{title:c("Twenty other images")})),this.spokenNote))}close(){for(let e of this.listenerRemovers)e();this.recompute.close(),
this.plane.close()}setNote(e,t){J(this.notes,e,t)}update(e){let{arrangement:t,ranges:s}=e.header,n=!this.message;this.message=
e,this.widthSlider.setRange(s.width),this.spreadSlider.setRange(s.spread);let o=this.echoFilter.isNewValue(Object.values(
t));if(!n&&!o)return this.plane.refresh();this.begin(t)}begin(e){this.arrangement={...e},this.shifts.fill(0),this.plane.
setImages(this.imagesOfSet()),this.show(),this.report(!0)}get data(){if(!this.message)throw new Error(c("The board has n\
o images yet."));return this.message}get firstImage(){return(this.arrangement.images-1)*xt}get encoded(){let{means:e,widths:t}=this.
data.fields,[s,n]=[2*this.firstImage,2*(this.firstImage+xt)];return{means:e.values.subarray(s,n),widths:t.values.subarray(
s,n)}}imagesOfSet(){let{values:e,shape:t}=this.data.fields.images,[,s,n]=t,o=s*n;return{values:e.subarray(this.firstImage*
o,(this.firstImage+xt)*o),shape:[xt,s,n]}}change(e){Object.assign(this.arrangement,e),this.recompute()}send(){let{width:e,
spread:t,images:s}=this.arrangement;this.echoFilter.noteSent([e,t,s]),this.sendMessage("arrangement",{width:e,spread:t,images:s})}restore(){
let{encoded:e}=this,{images:t}=this.arrangement;this.shifts.fill(0),this.change({width:ba(e),spread:ya(e),images:t}),this.
send()}showOtherImages(){let{arrangement:e,data:t}=this;this.begin({...e,images:e.images%t.header.sets+1}),this.send()}moveEllipse(e,t,s){
this.shifts[2*e]+=t,this.shifts[2*e+1]+=s,this.recompute()}announcePlace(e){let{means:t}=this.arrangedPosteriors(),s=this.
data.fields.labels.values[this.firstImage+e],n=[t[2*e],t[2*e+1]].map(o=>v(o,1)).join(", ");A(this.spokenNote,c("Ellipse \
{number} of {count}, of a {label}, at {place}.",{number:e+1,count:xt,label:s,place:n}))}arrangedPosteriors(){let{width:e,
spread:t}=this.arrangement,{means:s,widths:n}=qh(this.encoded,e,t);return{means:Float64Array.from(s,(o,i)=>o+this.shifts[i]),
widths:n}}show(){let e=this.arrangedPosteriors();this.divergences=Gh(e),this.plane.show(e),this.bars.show(this.divergences),
this.widthSlider.setValue(this.arrangement.width),this.spreadSlider.setValue(this.arrangement.spread);let t=wy(this.divergences);
A(this.verdict,t),this.plane.canvas.setAttribute("aria-label",c("Twenty ellipses q(z|x) over the prior. {sentence}",{sentence:t})),
this.report()}report(e=!1){this.message&&Qe({...this.divergences},{isOther:e})}},hn=class{isLogarithmic;low=0;high=1;output=u(
"output",{});input;root;constructor(e,t,s,n){this.isLogarithmic=t==="width",this.input=u("input",{type:"range",min:0,max:Ia,
step:1,"aria-label":e,oninput:()=>s(this.valueAt(Number(this.input.value))),onchange:n}),this.root=u("label",{"data-slid\
er":t},u("span",{},e),this.input,this.output)}setRange([e,t]){[this.low,this.high]=[e,t]}valueAt(e){let t=e/Ia,{low:s,high:n}=this,
o=this.isLogarithmic?s*(n/s)**t:s+(n-s)*t;return Number(o.toPrecision(3))}setValue(e){let{low:t,high:s}=this,n=this.isLogarithmic?
Math.log(e/t)/Math.log(s/t):(e-t)/(s-t);this.input.value=String(Math.round(n*Ia));let o=le(e,2);this.output.textContent=
o,this.input.setAttribute("aria-valuetext",c("{value}, where the prior has 1",{value:o}))}};function yy(){let r=(e,t)=>u(
"span",{"data-part":e},u("i",{"aria-hidden":"true"}),t);return u("p",{class:"ag-key"},r("ellipses",c("q(z|x), one image \
each")),r("mixture",c("q(z), their mean: 90 %")),r("prior",c("p(z), the prior")))}function wy({mean_kl:r,information:e,aggregate_kl:t}){
if(r<gy)return c("Every ellipse is the prior: z tells nothing of its image. This is posterior collapse.");let s=Math.log(
xt);return e>by*s?c("The ellipses hardly overlap: z tells which of the {count} images it is of, log {count} = {most} nat\
s.",{count:xt,most:v(s)}):t<fy?c("Together the ellipses are nearly the prior."):c("Ellipses overlap: several images may \
have the same z.")}var dm=U(Ra);function pm(r,e){let t=!0,s=new MutationObserver(()=>{let n=t;t=r.querySelector("[data-testid=stApp]")?.getAttribute("da\
ta-test-connection-state")==="CONNECTED",t&&!n&&e()});return s.observe(r.body,{subtree:!0,attributes:!0,attributeFilter:[
"data-test-connection-state"]}),()=>s.disconnect()}var vy=/%2C|%7E|%3B/g,xy=/^(localhost|\[::1\]|127(\.\d+){3})$/,Sy=r=>r.toString().replace(vy,e=>decodeURIComponent(e));function mn(r,e){
let t=new URL(r);e(t.searchParams),t.hash="";let s=Sy(t.searchParams);return t.origin+t.pathname+(s?`?${s}`:"")}function gm(r,e){
let t=mn(r,s=>s.set("embed","1"));return`<iframe src="${fm(t)}" title="${fm(e)}" width="100%" height="720" style="border\
:0"></iframe>`}var bm=r=>xy.test(new URL(r).hostname),fm=r=>r.replace(/[&<>"]/g,e=>`&#${e.charCodeAt(0)};`);var Oa=c("The browser does not allow copying. The text is selected: press Ctrl + C, or ⌘ + C on a Mac.");function ym(){
let r=[],e={set:(t,s)=>r.push(n=>n.set(t,s)),delete:t=>r.push(s=>s.delete(t))};return E.emit("link",{query:e}),t=>r.forEach(
s=>s(t))}var un=class{timer=0;status=u("span",{class:"lb-note",role:"status"});field=u("textarea",{class:"lb-field",rows:3,
readonly:!0,spellcheck:"false"});manualCopy=u("div",{class:"lb-hand",hidden:!0},this.field);close(){window.clearTimeout(
this.timer)}async copyText(e,t,s){try{await navigator.clipboard.writeText(e),this.manualCopy.hidden=!0,this.announce(t)}catch{
this.field.value=e,this.field.setAttribute("aria-label",s),this.manualCopy.hidden=!1,this.field.focus(),this.field.select(),
this.announce(Oa)}}announce(e){window.clearTimeout(this.timer),this.status.textContent="",this.timer=window.setTimeout(()=>{
this.status.textContent=e,e!==Oa&&(this.timer=window.setTimeout(()=>this.status.textContent="",6e3))},60)}hideField(){this.
manualCopy.hidden=!0,this.status.textContent===Oa&&(this.status.textContent="")}};var My=c("Link copied."),Ay=c("Embed code copied."),Ty=c("This address works only on this machine. To share it, start th\
e app with --server.address 0.0.0.0 and open it by this machine’s IP address."),[wm,Cy]=[50,1500],Na=class{header={};sendMessage=()=>{};sentFilters=[
new B,new B];languageButtons=u("div",{class:"lp-switches"});clipboard=new un;copyButton=x(c("Copy link"),()=>this.copyLink());viewButton=x(
c("View"),()=>this.togglePanel(),{"aria-expanded":"false","aria-controls":"lb-panel"});presenterBox=u("input",{type:"che\
ckbox",onchange:()=>this.sendPresenter()});names=u("div",{class:"lb-names"});localNote=u("p",{class:"lp-note"},Ty);panel=u(
"div",{class:"lb-panel",id:"lb-panel",role:"group","aria-label":c("Link and view"),hidden:!0},u("label",{},this.presenterBox,
u("span",{},c("Presenter size: larger type and marks"))),u("fieldset",{},u("legend",{},c("Language")),this.languageButtons),
u("fieldset",{},u("legend",{},c("Hide on this page, and in its link")),this.names),u("p",{class:"lp-note"},...vm(c("In a\
 link, the names in brackets follow `hide=`, separated by commas."))),u("div",{class:"lp-switches"},x(c("Copy embed code"),
()=>this.copyEmbedCode()),x(c("Show everything"),()=>this.showAll())),u("p",{class:"lp-note"},...vm(c("The embed code is\
 HTML for a course page: it shows this page without navigation (`embed=1`). A page of another site may show it if the se\
rver was started with that site in `AAE_EMBED_IN`."))),this.localNote);root=u("div",{class:"lp lb",onkeydown:e=>this.handleKey(
e)},u("div",{class:"lb-row"},this.clipboard.status,this.copyButton,this.viewButton),this.clipboard.manualCopy,this.panel);closeOnOutsideClick=e=>e.
composedPath().includes(this.root)||this.togglePanel(!1);endWatch;constructor(e){document.addEventListener("pointerdown",
this.closeOnOutsideClick),this.endWatch=pm(document,()=>this.sendMessage("reconnected",{})),e.append(this.root)}close(){
document.removeEventListener("pointerdown",this.closeOnOutsideClick),this.endWatch(),this.clipboard.close()}update({header:e}){
this.header=e,this.sentFilters[1].isNewValue(e.presenter)&&(this.presenterBox.checked=e.presenter),this.localNote.hidden=
!bm(Y.href()),this.showNames(e.names),this.showLanguages(),this.restoreEmbedSetting()}setNote(e,t){this.clipboard.announce(
t)}showNames(e){let t=e.map(({id:i})=>i).join(),s=this.names.dataset.content!==t,n=this.sentFilters[0].isNewValue(e.filter(
({on:i})=>i).map(({id:i})=>i).join());if(s&&(this.names.dataset.content=t,this.names.replaceChildren(...e.map(({id:i,title:a})=>{
let l=u("input",{type:"checkbox",value:i,onchange:()=>this.sendHidden()});return u("label",{},l,u("span",{},`${a} `,u("s\
mall",{},`(${i})`)))}))),!s&&!n)return;let o=new Set(e.filter(({on:i})=>i).map(({id:i})=>i));for(let i of this.names.querySelectorAll(
"input"))i.checked=o.has(i.getAttribute("value")??"")}showLanguages(){let{languages:e,language:t}=this.header;this.languageButtons.
children.length||this.languageButtons.append(...e.map(({code:s,name:n})=>x(n,()=>this.openInLanguage(s),{lang:s})));for(let s of this.
languageButtons.querySelectorAll("button"))s.setAttribute("aria-pressed",String(s.getAttribute("lang")===t));document.documentElement.
lang=t}openInLanguage(e){Y.open(mn(Y.href(),t=>t.set("lang",e)))}sendHidden(){let e=[...this.names.querySelectorAll("inp\
ut")].filter(({checked:t})=>t).map(({value:t})=>t);this.sentFilters[0].noteSent(e.join()),this.sendMessage("hide",{names:e})}showAll(){
for(let e of this.names.querySelectorAll("input"))e.checked=!1;this.sendHidden()}sendPresenter(){let e=this.presenterBox.
checked;this.sentFilters[1].noteSent(e),this.sendMessage("size",{presenter:e})}restoreEmbedSetting(){let e=new URL(Y.href());
!this.header.embedded||e.searchParams.has("embed")||(e.searchParams.set("embed","1"),Y.put(e))}async currentAddress(){let e=ym();
for(let t=0;t<Cy&&vh();t+=wm)await new Promise(s=>window.setTimeout(s,wm));return mn(Y.href(),e)}async copyLink(){return this.
clipboard.copyText(await this.currentAddress(),_(My,this.header.left_out),c("Address of this page"))}async copyEmbedCode(){
return this.clipboard.copyText(gm(await this.currentAddress(),document.title),Ay,c("Embed code of this page"))}togglePanel(e=this.
panel.hidden){this.panel.hidden=!e,this.viewButton.setAttribute("aria-expanded",String(e)),e||this.clipboard.hideField()}handleKey(e){
if(e.stopPropagation(),e.key!=="Escape"||this.panel.hidden&&this.clipboard.manualCopy.hidden)return;let t=!this.panel.hidden;
this.togglePanel(!1),(t?this.viewButton:this.copyButton).focus()}},vm=r=>r.split("`").map((e,t)=>t%2?u("code",{},e):e),xm=U(
Na);var qt="latent-space-explorer.";function fs(r,e){try{return window[r].getItem(qt+e)!==null}catch{return!1}}function St(r,e){
try{window[r].setItem(qt+e,"1")}catch{}}function Sm(r){try{return JSON.parse(window.localStorage.getItem(qt+r)??"null")}catch{
return null}}function Mm(r,e){try{window.localStorage.setItem(qt+r,JSON.stringify(e))}catch{}}function Am(r,e){try{window.
sessionStorage.setItem(qt+r,e)}catch{dn(r)}}function dn(r){try{let e=window.sessionStorage.getItem(qt+r);return window.sessionStorage.
removeItem(qt+r),e}catch{return null}}var Tm="lessons",Ey=99;function Fa(){let r=Sm(Tm),e=new Map;for(let[t,s]of Object.entries(r??{}))ky(s)&&e.set(t,s);return e}
function ky(r){let e=o=>Number.isInteger(o)&&Number(o)>=1&&Number(o)<=Ey,{page:t,reached:s,done:n}=r??{};return e(t)&&Array.
isArray(s)&&s.every(e)&&typeof n=="boolean"}function Cm(r,e,t,s){let n=Fa(),o=n.get(r),i=new Set(e===1&&!t?[]:o?.reached);
t&&i.add(e),n.set(r,{page:e,reached:[...i].sort((a,l)=>a-l),done:s||!!o?.done}),Mm(Tm,Object.fromEntries(n))}function Da(r){
let e=Fa().get(r);return e&&!e.done&&e.page>1?e:null}function Em(r){let e=Fa(),t=[...r.querySelectorAll("[data-lesson]")];
for(let o of t){let i=o.getAttribute("data-lesson")??"";e.get(i)?.done&&o.setAttribute("data-done","");let a=o.querySelector(
".lesson-state");a&&A(a,Py(o.getAttribute("data-done")!==null,Da(i)))}let s=r.querySelector("progress"),n=t.filter(o=>o.
getAttribute("data-done")!==null).length;s&&(s.value=n,s.hidden=!n)}function Py(r,e){return r?c("✓ completed"):e?c("re\
sume at page {page}",{page:e.page}):""}var lr=class{sendMessage=()=>{};html="";notes=u("div",{class:"lp-notes",role:"status"});list=u("div",{onclick:e=>this.onClick(
e)});root=u("div",{class:"lp lp-cards"},this.notes,this.list);constructor(e){e.append(this.root)}setNote(e,t){J(this.notes,
e,t)}update({header:{html:e}}){e!==this.html&&(this.html=e,this.list.replaceChildren(...new DOMParser().parseFromString(
e,"text/html").body.childNodes),Em(this.list))}onClick(e){let t=e.target.closest("a[data-choose]"),s=e.ctrlKey||e.metaKey||
e.shiftKey||e.altKey||e.button>0;if(!t||s)return;e.preventDefault();let n=t.getAttribute("data-choose")??"",o=Da(n);this.
sendMessage("choose",{name:n,page:o?.page??null,reached:o?.reached??[]})}},km=U(lr);var _a=class extends lr{constructor(e){super(e),this.list.classList.add("theory"),Ly(this.list)}};function Ly(r){r.addEventListener(
"keydown",e=>{e.key==="Escape"&&Pm(e)?.classList.add("theory-away")});for(let e of["focusin","pointerover"])r.addEventListener(
e,t=>Pm(t)?.classList.remove("theory-away"));window.addEventListener("beforeprint",()=>{for(let e of r.querySelectorAll(
"details"))e.open=!0})}var Pm=r=>r.target.closest(".theory-word")?.nextElementSibling,Lm=U(_a);var Ba={Float32Array,Uint32Array,Int32Array},Im=2**15;function Rm(r){return JSON.stringify(r,(e,t)=>{if(!ArrayBuffer.isView(
t))return t;let s=t.constructor.name;if(!Object.hasOwn(Ba,s))throw new Error(`A record cannot contain a ${s}.`);return{array:s,
bytes:Ha(t)}})}function Om(r){return JSON.parse(r,(e,t)=>t&&typeof t.bytes=="string"&&Object.hasOwn(Ba,t.array)?new Ba[t.
array](Iy(t.bytes)):t)}function Ha({buffer:r,byteOffset:e,byteLength:t}){let s=new Uint8Array(r,e,t),n="";for(let o=0;o<
s.length;o+=Im)n+=String.fromCharCode(...s.subarray(o,o+Im));return btoa(n)}var Iy=r=>Uint8Array.from(atob(r),e=>e.charCodeAt(
0)).buffer;var Nm=32*2**20,Fm=64e6,Ry=1024;async function Dm(r){let e=r.name?`“${r.name.slice(0,60)}”`:c("The pasted image");if(r.
size>Nm)throw new Error(c("{name} is larger than {size} MB; save it at a smaller size.",{name:e,size:Nm>>20}));let t;try{
t=await createImageBitmap(r,{colorSpaceConversion:"none",premultiplyAlpha:"none"})}catch{throw new Error(c("{name} is no\
t an image that this browser can read; use a PNG or JPEG file.",{name:e}))}let{width:s,height:n}=t;if(s*n>Fm)throw new Error(
c("{name} has more than {count} million pixels; save it at a smaller size.",{name:e,count:Fm/1e6}));let o=Math.min(1,Ry/
Math.max(s,n)),[i,a]=[s,n].map(h=>Math.max(1,Math.round(h*o))),l=P(u("canvas",{width:i,height:a}),{willReadFrequently:!0});
return l.imageSmoothingQuality="high",l.drawImage(t,0,0,i,a),t.close(),l.getImageData(0,0,i,a)}function za(r){let e=Array.
from(r?.files??[]);return e.find(({type:t})=>t.startsWith("image/"))??e[0]??null}function _m(r,e,t,s){return Array.from({length:s},(n,o)=>{let[i,a]=[e+o*t,e+(o+1)*t];return t>=1?Oy(r,i,a):Ny(r,(i+a)/2)})}
function Oy(r,e,t){let s=Math.max(0,Math.floor(e)),n=[];for(let o=s;o<Math.min(r,Math.ceil(t));o++)n.push((Math.min(o+1,
t)-Math.max(o,e))/(t-e));return{first:s,weights:n}}function Ny(r,e){let t=Math.min(Math.max(e,.5),r-.5)-.5,s=Math.floor(
t),n=t-s;return n?{first:s,weights:[1-n,n]}:{first:s,weights:[1]}}function Ua(r,e,t,s){let n=_m(r.width,e.left,e.width/t,
t),o=_m(r.height,e.top,e.height/s,s),i=new Float32Array(t*r.height);for(let l=0;l<r.height;l++)n.forEach(({first:h,weights:m},d)=>{
let p=0;for(let f=0;f<m.length;f++)p+=m[f]*r.values[l*r.width+h+f];i[l*t+d]=p});let a=new Float32Array(t*s);return o.forEach(
({first:l,weights:h},m)=>{for(let d=0;d<h.length;d++)for(let p=0;p<t;p++)a[m*t+p]+=h[d]*i[(l+d)*t+p]}),{values:a,width:t,
height:s}}var gs=[.299,.587,.114],Fy=.1,Dy=.02,Bm=6;function Ga(r,e,t){let[s,n,o]=e,{fill:i,centre:a,ground:l,margins:h=!1,tones:m}=t;
return(i===null||r.width===o&&r.height===n?_y(r,s,o,n,l,h,m):qy(zy(zm(r,Um(r))),o,n,i,a).values).map(p=>Math.round(255*p)/
255)}function _y(r,e,t,s,n,o,i){let a=(o?Math.max:Math.min)(r.width/t,r.height/s),[l,h]=[a*t,a*s],m={left:(r.width-l)/2,
top:(r.height-h)/2,width:l,height:h},d=i?.backdrop==="black"?0:1,p=n===null?d:Um(r),f=e===1?[zm(r,p)]:[0,1,2].map(w=>Hm(
r,w,p)),g=i?f.map(w=>By(w,i)):f,b=n!==null&&Gm(g[0]).light!==(n==="light"),y=new Float32Array(e*t*s);return g.forEach((w,S)=>{
let{values:M}=Ua(...Hy(w,m),t,s);y.set(b?M.map(T=>1-T):M,S*t*s)}),y}function By(r,{low:e,high:t}){return{...r,values:r.values.
map(s=>Math.min(1,Math.max(0,(s-e)/(t-e))))}}function Hy(r,e){let[t,s]=[Math.max(0,Math.ceil(-e.left)),Math.max(0,Math.ceil(
-e.top))],n=r.width+2*t,o=new Float32Array(n*(r.height+2*s));(t||s)&&o.fill(qa(qm(r)));for(let i=0;i<r.height;i++)o.set(
r.values.subarray(i*r.width,(i+1)*r.width),(i+s)*n+t);return[{values:o,width:n,height:r.height+2*s},{...e,left:e.left+t,
top:e.top+s}]}function Hm({data:r,width:e,height:t},s,n){let o=new Float32Array(e*t);for(let i=0;i<o.length;i++){let a=r[4*
i+3]/255;o[i]=a*r[4*i+s]/255+(1-a)*n}return{values:o,width:e,height:t}}function zm(r,e){let[t,s,n]=[0,1,2].map(o=>Hm(r,o,
e).values);return{width:r.width,height:r.height,values:t.map((o,i)=>gs[0]*o+gs[1]*s[i]+gs[2]*n[i])}}function Um({data:r}){
let[e,t]=[0,0];for(let s=0;s<r.length;s+=4){let n=r[s+3];e+=n*(gs[0]*r[s]+gs[1]*r[s+1]+gs[2]*r[s+2]),t+=n}return e<127.5*
t?1:0}function qa(r){let e=Float32Array.from(r).sort(),t=e.length>>1;return e.length%2?e[t]:(e[t-1]+e[t])/2}function qm({
values:r,width:e,height:t}){return r.filter((s,n)=>n<e||n>=e*(t-1)||n%e===0||n%e===e-1)}function Gm(r){let e=qm(r),t=qa(
e),s=1.4826*qa(e.map(i=>Math.abs(i-t))),[n,o]=[1,0];for(let i of r.values)[n,o]=[Math.min(n,i),Math.max(o,i)];return{ground:t,
spread:s,lighter:o-t,darker:t-n,light:t-n>o-t}}function zy(r){let{ground:e,spread:t,lighter:s,darker:n}=Gm(r),o=Math.max(
s,n);if(o<Fy)throw new Error(c("The image has no contrast, so there is nothing to recognise."));if(o<=Bm*t)throw new Error(
c("Nothing stands out from the image's background, so there is nothing to recognise."));let i=s>=n?1/o:-1/o,a=Bm*t/o,l=r.
values.map(h=>{let m=i*(h-e);return m>a?m:0});return{...r,values:l}}function Uy({values:r,width:e,height:t}){let[s,n,o,i]=[
e,0,t,0];return r.forEach((a,l)=>{if(a<Dy)return;let[h,m]=[l%e,Math.floor(l/e)];[s,n,o,i]=[Math.min(s,h),Math.max(n,h+1),
Math.min(o,m),Math.max(i,m+1)]}),{left:s,top:o,width:n-s,height:i-o}}function qy(r,e,t,s,n){let o=Uy(r),i=Math.max(o.width/
(s*e),o.height/(s*t)),[a,l]=[o.width,o.height].map(y=>Math.ceil(y/i-1e-6)),[h,m]=[a*i,l*i],d={left:o.left-(h-o.width)/2,
top:o.top-(m-o.height)/2,width:h,height:m},p=Ua(r,d,a,l),[f,g]=n==="mass"?Gy(p):[a/2,l/2],b=(y,w)=>n==="mass"?Math.floor(
y/2)-Math.floor(w):Math.round(y/2-w);return Vy(p,e,t,b(e,f),b(t,g))}function Gy({values:r,width:e}){let[t,s,n]=[0,0,0];return r.
forEach((o,i)=>{t+=o,s+=o*(i%e+.5),n+=o*(Math.floor(i/e)+.5)}),[s/t,n/t]}function Vy(r,e,t,s,n){let o=new Float32Array(e*
t),i=r.values.reduce((a,l)=>Math.max(a,l),0);return r.values.forEach((a,l)=>{let[h,m]=[s+l%r.width,n+Math.floor(l/r.width)];
h>=0&&h<e&&m>=0&&m<t&&(o[m*e+h]=Math.min(1,a/i))}),{values:o,width:e,height:t}}function Vm(r,e,t,s){let n=[0,1].map(m=>{let d=r.flatMap(p=>p.filter((f,g)=>g%2===m));return[d.reduce((p,f)=>Math.min(p,
f),1/0),d.reduce((p,f)=>Math.max(p,f),-1/0)]}),[o,i]=n.map(([m,d])=>d-m),l=Math.max(o,i)<t?1:Math.min((e-t)/o,(e*s-t)/i),
h=n.map(([m,d])=>(m+d)/2);return r.map(m=>m.map((d,p)=>(d-h[p%2])*l+(p%2?s/2:.5)))}function Va(r,e,t,s,{paper:n,ink:o}){
r.fillStyle=n,r.fillRect(0,0,r.canvas.width,r.canvas.height),r.strokeStyle=o,r.lineWidth=s*t,r.lineCap=r.lineJoin="round";
for(let i of e){r.beginPath(),r.moveTo(i[0]*t,i[1]*t);for(let a=0;a<i.length;a+=2)r.lineTo(i[a]*t,i[a+1]*t);r.stroke()}}var jy={ArrowLeft:[-1,0],ArrowRight:[1,0],ArrowUp:[0,-1],ArrowDown:[0,1]},Wy="#d55e00",jm={pen:{keys:c("By keyboard: arr\
ow keys move the pen (with Shift in fine steps), Space lowers or lifts it, Backspace undoes the last stroke."),down:c("P\
en down"),up:c("Pen up")},brush:{keys:c("By keyboard: arrow keys move the brush (with Shift in fine steps), Space lowers\
 or lifts it, Backspace undoes the last stroke."),down:c("Brush down"),up:c("Brush up")}},bs=class{kind;size=[1,1];place=[
0,0];pointer=-1;isDown=!1;requestPaint;canvas;announcement=u("p",{class:"lp-hidden","aria-live":"polite"});hint;constructor(e,t,s){
this.kind=e,this.requestPaint=ae(()=>e.paint()),this.canvas=u("canvas",{tabindex:"0",role:"application",...t,onkeydown:n=>this.
onKey(n),onfocus:()=>this.requestPaint(),onblur:()=>this.liftTool(),onpointerdown:n=>this.onPress(n),onpointermove:n=>this.
onMove(n),onpointerup:n=>this.onRelease(n,!0),onpointercancel:n=>this.onRelease(n,!1)}),this.hint=u("p",s,jm[e.tool].keys)}placeOf(e){
let t=this.canvas.getBoundingClientRect();return[(e.clientX-t.left)/t.width*this.size[0],(e.clientY-t.top)/t.height*this.
size[1]]}onPress(e){e.button!==0||this.pointer>=0||(this.liftTool(),this.pointer=e.pointerId,this.canvas.setPointerCapture(
e.pointerId),this.startStroke(this.placeOf(e)))}onMove(e){if(e.pointerId!==this.pointer)return;let t=e.getCoalescedEvents?.()??
[];for(let s of t.length?t:[e])this.moveOrDrawTo(this.placeOf(s))}onRelease(e,t){e.pointerId===this.pointer&&(this.pointer=
-1,this.stopStroke(t))}onKey(e){if(e.altKey||e.metaKey||e.ctrlKey)return;let t=jy[e.key];if(t)this.moveTool(t,e.shiftKey?
this.kind.fine:this.kind.step);else if(e.key===" ")this.toggleTool();else if(e.key==="Backspace")this.kind.undo();else return;
e.preventDefault(),e.stopPropagation()}moveTool(e,t){let{edge:s}=this.kind,[n,o]=this.place.map((i,a)=>Math.min(this.size[a]-
s,Math.max(s,i+e[a]*t)));this.moveOrDrawTo([n,o]),this.announcement.textContent=this.kind.placeText()}toggleTool(){let{up:e,
down:t}=jm[this.kind.tool];this.announcement.textContent=this.isDown?e:t,this.isDown?this.stopStroke(!0):this.startStroke(
this.place)}liftTool(){this.pointer<0&&this.stopStroke(!0),this.requestPaint()}startStroke(e){this.isDown=!0,this.place=
e,this.kind.begin(e),this.requestPaint()}moveOrDrawTo(e){this.isDown&&this.kind.draw(this.place,e),this.place=e,this.requestPaint()}stopStroke(e){
this.isDown&&(this.isDown=!1,this.kind.end(e),this.requestPaint())}drawRing(e,t,s,n){Se(e,this.place[0]*t,this.place[1]*
t,s,this.isDown?Wy:n,2)}};var ys=224,Ky=1/400,$y={dark:{paper:"#000",ink:"#fff"},light:{paper:"#fff",ink:"#000"}},ja=({ground:r,image:[e]})=>e===1&&
r!==null,pn=class extends bs{onChange;strokes=[];preprocessing={fill:null,centre:"box",ground:null,stroke:.09,image:[1,1,
1]};buttons;constructor(e){super({tool:"pen",step:1/20,fine:1/100,edge:0,begin:t=>this.strokes.push([...t]),draw:(t,s)=>this.
extendStroke(s),end:t=>this.finishStroke(t),undo:()=>this.undo(),paint:()=>this.paint(),placeText:()=>this.placeText()},
{class:"lp-pad","aria-label":c("Drawing pad"),"aria-describedby":"lp-pad-keys"},{class:"lp-note lp-pad-keys",id:"lp-pad-\
keys"}),this.onChange=e,this.buttons=u("div",{class:"lp-switches"},x(c("Undo"),()=>this.undo()),x(c("Clear"),()=>this.clear()),
this.announcement)}setPreprocessing(e){let[,t,s]=e.image;for(let n of[this.canvas,this.hint,this.buttons])n.hidden=!ja(e);
this.preprocessing=e,this.size=[1,t/s],this.place=[.5,this.size[1]/2],this.canvas.width=ys,this.canvas.height=Math.round(
ys*this.size[1]),this.paint()}get colours(){return $y[this.preprocessing.ground??"dark"]}toImageData(){if(!this.strokes.
length||this.canvas.hidden)return null;let{fill:e,stroke:t,image:[,s,n]}=this.preprocessing,o=Math.max(8,Math.ceil(ys/n)),
i=u("canvas",{width:n*o,height:s*o}),a=P(i,{willReadFrequently:!0}),l=e===null?this.strokes:Vm(this.strokes,e,t,this.size[1]);
return Va(a,l,n*o,t,this.colours),a.getImageData(0,0,i.width,i.height)}extendStroke([e,t]){let s=this.strokes[this.strokes.
length-1],[n,o]=s.slice(-2);Math.hypot(e-n,t-o)>=Ky&&s.push(e,t)}finishStroke(e){e?this.onChange():this.strokes.pop()}undo(){
this.isDown=!1,this.strokes.pop()&&(this.requestPaint(),this.onChange())}clear(){this.removeStrokes(),this.onChange()}removeStrokes(){
this.isDown=!1,this.strokes=[],this.requestPaint()}placeText(){return c("{across} across, {down} down",{across:Math.round(
100*this.place[0]),down:Math.round(100*this.place[1]/this.size[1])})}drawInvitation(e){e.globalAlpha=.6,e.fillStyle=this.
colours.ink,e.font="18px sans-serif",e.textAlign="center",e.fillText(this.preprocessing.invitation??"",ys/2,this.canvas.
height/2+6),e.globalAlpha=1}paint(){let e=P(this.canvas);Va(e,this.strokes,ys,this.preprocessing.stroke,this.colours),this.
strokes.length||this.drawInvitation(e),this.canvas.matches(":focus-visible")&&this.drawRing(e,ys,6,"#56b4e9")}};var ws=class{onChange;pad;fileImage;input;zone;close;status;requestNumber;isPreprocessingNew;constructor(e,{canTakeFile:t,
canPasteFile:s,onDrop:n,onChange:o}){this.onChange=o,this.pad=new pn(()=>{this.fileImage=null,o()});let i=()=>{this.openFile(
this.input.files?.[0]??null),this.input.value=""};this.input=u("input",{type:"file",accept:"image/*",class:"lp-hidden",onchange:i});
let[a,l=""]=c("Drop an image here, paste one, or {choice}").split("{choice}");this.zone=u("label",{class:"lp-drop"},a,u(
"u",{},c("choose a file")),l,this.input);let h=d=>{let p=!!d.dataTransfer?.types.includes("Files")&&t();return p&&d.preventDefault(),
this.zone.classList.toggle("lp-over",p&&d.type==="dragover"),p};e.addEventListener("dragover",h),e.addEventListener("dra\
gleave",h),e.addEventListener("drop",d=>{h(d)&&(n?.(),this.openFile(za(d.dataTransfer)))});let m=d=>{let p=s()&&za(d.clipboardData);
p&&(d.preventDefault(),this.openFile(p))};document.addEventListener("paste",m),this.close=()=>document.removeEventListener(
"paste",m),this.status=u("p",{class:"lp-note",role:"status"}),this.fileImage=null,this.requestNumber=0,this.isPreprocessingNew=
k()}setPreprocessing(e){let t=this.isPreprocessingNew(JSON.stringify(e));return t&&this.pad.setPreprocessing(e),t}preprocessedImage(){
let{preprocessing:e}=this.pad;if(this.fileImage)return Ga(this.fileImage,e.image,e);let t=this.pad.toImageData();return t&&
Ga(t,e.image,{...e,tones:void 0})}async openFile(e){if(!e)return this.showStatus(c("This is not a file. Drop an image, o\
r choose one."));let t=++this.requestNumber;this.showStatus(c("Reading the image …"));try{let s=await Dm(e);if(t!==this.
requestNumber)return;this.fileImage=s,this.pad.removeStrokes(),this.onChange()}catch(s){t===this.requestNumber&&this.showError(
s)}}showStatus(e){A(this.status,e)}showError(e){this.showStatus(e instanceof Error?e.message:String(e))}};var Wa=class{sendMessage=()=>{};root=u("div",{class:"lp dp"});source=new ws(this.root,{canTakeFile:()=>!0,canPasteFile:()=>!0,
onChange:()=>this.sendImage()});constructor(e){let{pad:t,zone:s,status:n}=this.source;n.classList.add("dp-note"),this.root.
append(u("div",{class:"lp-drawing"},t.canvas),t.hint,t.buttons,s,n),e.append(this.root)}close(){this.source.requestNumber++,
this.source.close()}update({header:e}){let t=this.source.setPreprocessing(e.preprocessing);this.source.showStatus(e.caption),
t&&(this.source.fileImage||this.source.pad.strokes.length)&&this.sendImage()}setNote(e,t){this.source.showStatus(t)}sendImage(){
let{source:e}=this;e.requestNumber++;try{let t=e.preprocessedImage();if(!t)return this.sendMessage("image",{pixels:null});
e.showStatus(c("Classifying …")),this.sendMessage("image",{pixels:Ha(Zr(t,e.pad.preprocessing.image))}),$({kind:"draw"})}catch(t){
e.showError(t)}}},Wm=U(Wa);var fn=class{onBusyChange;busy=!1;tasks=new Map;timer=0;isPaused=!1;closed=!1;constructor(e=()=>{}){this.onBusyChange=e}start(e,t){
this.stop(e),!this.closed&&(this.tasks.set(e,t),this.updateBusy(),this.scheduleSlice())}stop(e){this.tasks.get(e)?.return(),
this.tasks.delete(e),this.updateBusy()}updateBusy(){let e=this.tasks.size>0;e!==this.busy&&this.onBusyChange(e),this.busy=
e}setPaused(e){this.isPaused=e,this.scheduleSlice()}scheduleSlice(){!this.timer&&!this.isPaused&&this.tasks.size&&(this.
timer=window.setTimeout(()=>this.runSlice(),4))}runSlice(){if(this.timer=0,this.isPaused)return;let e=10/this.tasks.size;
for(let[t,s]of[...this.tasks]){let n=performance.now()+e,o=!1;for(;!o&&performance.now()<n;)o=!!s.next().done;o&&this.tasks.
get(t)===s&&this.tasks.delete(t)}this.updateBusy(),this.scheduleSlice()}close(){this.closed=!0,window.clearTimeout(this.
timer);for(let e of[...this.tasks.keys()])this.stop(e)}};function ce(r,e=10){let t=performance.now();return async()=>{performance.
now()-t>e&&(await new Promise(s=>setTimeout(s)),t=performance.now()),r?.throwIfAborted()}}var Xy=Uint32Array.from({length:256},(r,e)=>{for(let t=0;t<8;t++)e=e&1?e>>>1^3988292384:e>>>1;return e}),Km=2**20,$m=65535;
function Yy(r,e=0){e=~e;for(let t=0;t<r.length;t++)e=Xy[(e^r[t])&255]^e>>>8;return~e>>>0}function cr(...r){let e=[];for(let t of r){
let s=Array.isArray(t)?t[0]:t;for(let n=0;n<(Array.isArray(t)?4:2);n++)e.push(s>>>8*n&255)}return new Uint8Array(e)}async function gn(r,e,t,s=!1){
let n=[],o=[],i=ce(e),[a,l]=[0,0];for(let[m,{path:d,file:p}]of r.entries()){let f=new TextEncoder().encode(d),g=new Uint8Array(
await p.arrayBuffer()),b=0;for(let S=0;S<g.length;S+=Km)b=Yy(g.subarray(S,S+Km),b),await i();let y=s?await new Response(
p.stream().pipeThrough(new CompressionStream("deflate-raw"))).blob():p,w=cr(20,2048,s?8:0,0,33,[b],[y.size],[g.length],f.
length,0);n.push(cr([67324752]),w,f,y),o.push(cr([33639248],20),w,cr(0,0,0,[0],[a]),f),a+=30+f.length+y.size,l+=46+f.length,
m%50===0&&t?.(m)}let h=cr([101010256],0,0,r.length,r.length,[l],[a],0);return new Blob([...n,...o,h],{type:"application/\
zip"})}var Zy=/\.(a?png|jpe?g|jpe|jfif|bmp|gif|webp|tiff?|p[bgnp]m)$/i,Jy=800;async function Zm(r,e=""){let t=e+r.name;if(r.isFile)
return[{path:t,file:await new Promise((o,i)=>r.file(o,i))}];let s=r.createReader(),n=[];for(;;){let o=await new Promise(
(i,a)=>s.readEntries(i,a));if(!o.length)return n;for(let i of o)n.push(...await Zm(i,`${t}/`))}}var Qy=r=>r.filter(({path:e})=>!e.
split("/").some(t=>t.startsWith("."))),Xm=r=>r.length===1&&!r[0].path.includes("/")&&!Zy.test(r[0].path),Ym=(r,e)=>e.some(
t=>r.toLowerCase().endsWith(`.${t}`));function ew(r){let e=new Set(r.map(({path:t})=>t.includes("/")?t.split("/")[0]:""));
return e.size===1&&[...e][0]||"images"}var Ka=class{header={v:1,uploader_class:"",max_bytes:1/0,extensions:[]};reading=new AbortController;status=u(
"p",{class:"lp-note",role:"status"});input=u("input",{type:"file",webkitdirectory:!0,class:"lp-hidden",tabindex:"-1","ar\
ia-hidden":"true"});root;veil;listeners;dragTimer;constructor(e){this.input.addEventListener("change",()=>{let n=[...this.
input.files??[]].map(o=>({path:o.webkitRelativePath||o.name,file:o}));this.input.value="",this.handFilesOver(async()=>n)});
let t=x(c("Choose a folder"),()=>this.input.click());this.root=u("div",{class:"lp fd"},t,u("span",{},c("or drop a folder\
, a zip or images anywhere on this page.")),this.input,this.status),e.append(this.root),this.veil=u("p",{class:"fd-veil",
hidden:!0},c("Drop a folder, a zip or images anywhere on this page.")),this.root.append(this.veil),this.listeners=new AbortController;
let{signal:s}=this.listeners;document.addEventListener("dragover",n=>this.onDragOver(n),{signal:s}),document.addEventListener(
"drop",n=>this.onDrop(n),{capture:!0,signal:s}),document.addEventListener("change",n=>{pa(this.header.uploader_class,n)&&
this.startReading()},{capture:!0,signal:s})}close(){this.reading.abort(),this.listeners.abort(),clearTimeout(this.dragTimer)}onDragOver(e){
e.dataTransfer?.types.includes("Files")&&(e.preventDefault(),this.veil.hidden=!1,clearTimeout(this.dragTimer),this.dragTimer=
setTimeout(()=>this.veil.hidden=!0,Jy))}update({header:e}){this.header=e}setNote(e,t){A(this.status,t)}onDrop(e){this.veil.
hidden=!0;let t=[...e.dataTransfer?.items??[]].flatMap(n=>n.webkitGetAsEntry?.()??[]),s=t.length===1&&t[0].isFile&&Ym(t[0].
name,this.header.extensions);if(t.length){if(s&&pa(this.header.uploader_class,e))return void this.startReading();e.preventDefault(),
e.stopPropagation(),this.handFilesOver(async()=>(await Promise.all(t.map(n=>Zm(n)))).flat())}}startReading(){return this.
reading.abort(),this.reading=new AbortController,this.setNote("",""),this.reading.signal}async handFilesOver(e){let t=this.
startReading(),s=n=>t.aborted||this.setNote("",n);s(c("Reading …"));try{let n=await this.packFiles(Qy(await e()),t,s);
typeof n=="string"?s(n):t.aborted||this.setNote("",Th(this.header.uploader_class,n)?"":c("The page was not ready; drop t\
he files again."))}catch{s(c("The files could not be read; check that they are still there, and drop them again."))}}async packFiles(e,t,s){
let n=e.reduce((a,{file:l})=>a+l.size,0),o=e.length.toLocaleString("en");if(!e.length)return c("No file was found there.");
if(Xm(e)&&!Ym(e[0].path,this.header.extensions)){let a=this.header.extensions.join(", ");return c("{path} cannot be used\
: drop a folder of images, images, or a file that ends in {forms}.",{path:e[0].path,forms:a})}if(e.length>$m||n>this.header.
max_bytes){let a=Math.round(n/1e6).toLocaleString("en"),l=Math.round(this.header.max_bytes/1e6);return c("{count} files \
with {megabytes} MB are too much to send (at most {mostMegabytes} MB); on this machine, give the folder’s path under “Da\
ta of your own”.",{count:o,megabytes:a,mostMegabytes:l})}if(Xm(e))return e[0].file;let i=await gn(e,t,a=>s(c("Reading \
{done} of {count} files …",{done:a.toLocaleString("en"),count:o})));return new File([i],`${ew(e)}.zip`,{type:"applicat\
ion/zip"})}},Jm=U(Ka);var bn=class{beatDuration;autoAdvances=!0;current=null;timer=0;constructor(e){this.beatDuration=e}get isRunning(){return this.
current!==null}play(e,t){return this.jumpToEnd(),new Promise(s=>{this.current={beat:-1,count:e,show:t,resolve:s},this.showNextBeat()})}showNextBeat(){
let{current:e}=this;if(e){if(e.beat+=1,e.beat>=e.count)return this.stop();e.show(e.beat),this.scheduleNextBeat()}}setAutoAdvance(e){
this.autoAdvances=e,this.scheduleNextBeat()}scheduleNextBeat(){window.clearTimeout(this.timer),this.current&&this.autoAdvances&&
(this.timer=window.setTimeout(()=>this.showNextBeat(),this.beatDuration))}jumpToEnd(){let{current:e}=this;e&&(e.beat<e.count-
1&&e.show(e.count-1),this.stop())}stop(){let{current:e}=this;window.clearTimeout(this.timer),this.current=null,e?.resolve()}};var Qm=c("G’s cost"),se={reconstruction:{letter:"R",key:"r",action:c("reconstruct"),purpose:c("Reconstruction (paper §\
2): encoder and decoder learn to reconstruct each image from its code. Nothing else constrains the codes here."),beats:[
["x","x-encoder"],["x","encoder","z","decoder","xhat","x-encoder","encoder-z","z-decoder","decoder-xhat","plane:batch","\
plane:items"],["x","xhat","encoder","decoder","cost","plane:codes","plane:items","plane:arrows"]],captions:({batch:r,loss:e},{
size:t,noise:s,content:n,priorCosts:o})=>[s?c("{size} images x go in, mini-batch {batch}; the encoder sees them with noi\
se.",{size:t,batch:r}):c("{size} images x go in, mini-batch {batch}.",{size:t,batch:r}),n?c("The encoder maps each to a \
code z; the decoder draws x̂ from z and the class."):c("The encoder maps each to a code z; the decoder draws x̂ from z \
alone."),hr(nw(o),e)],lights:["x","xhat"],terms:({priorCosts:r,name:e})=>[{text:r.includes("kl")?c("= − log p(x|z)"):"\
= ½ ‖x − x̂‖²",lights:["x","xhat","cost"]},...r.map(t=>({text:`+ ${(eu[e]??eu.else)[t]}${su[t].text}`,lights:["\
z","plane:items","plane:prior"]})),...r.length?[]:[{text:c("with x̂ = decoder(encoder(x))"),lights:["encoder","z","deco\
der"]}]]},discrimination:{letter:"D",key:"d",action:c("discriminate"),purpose:c("Discrimination (paper §2, first half of\
 the regularization phase): D learns to tell samples of the prior, the real ones, from codes, the fake ones."),beats:[["\
z","p","z-D","p-D","plane:batch","plane:items","plane:prior"],["z","p","D","z-D","p-D","D-dOfZ","dOfZ","plane:batch","pl\
ane:items","plane:prior","plane:surface"],["D","dOfZ","plane:surface","plane:prior","plane:batch"]],captions:({batch:r,loss:e},{
size:t,inferred:s,discriminatorSeesContent:n},{d:o,dp:i,dy:a})=>[ow({batch:r,size:t},s,n),s?c("D gives each the probabil\
ity that it comes from the prior: on average {samples} to the samples, {codes} to the codes; the second D gives y {conte\
nts}.",{samples:Ne(i),codes:Ne(o),contents:Ne(a)}):c("D gives each the probability that it comes from the prior: on aver\
age {samples} to the samples, {codes} to the codes.",{samples:Ne(i),codes:Ne(o)}),hr(c("D’s cost"),e)],lights:["D"],terms:(r,e)=>[
{text:c("= − mean log D(z′), z′ ~ p(z)"),value:e("real"),lights:["p","D","plane:prior","plane:surface"]},{text:c("\
− mean log (1 − D(z)), z = encoder(x)"),value:e("fake"),lights:["z","D","plane:batch","plane:items","plane:surface"]}]},
generation:{letter:"G",key:"g",action:c("fool D"),purpose:c("Generation (paper §2, second half of the regularization pha\
se): the encoder moves its codes so that D takes them for samples of the prior. While D is up to date, this pulls q(z) t\
owards p(z)."),beats:[["x","x-encoder","encoder","encoder-z","z","plane:items","plane:batch"],["z","z-D","D","D-dOfZ","d\
OfZ","plane:surface","plane:items","plane:batch"],["encoder","dOfZ","z","plane:codes","plane:items","plane:arrows","plan\
e:surface"]],captions:({loss:r},{size:e,inferred:t},{d:s,d2:n,dy:o,dy2:i})=>[c("The same {size} images go through the en\
coder once more.",{size:e}),t?c("D, now held fixed, judges their codes: D(z) is {codes} on average, and the second D jud\
ges y: {contents}.",{codes:Ne(s),contents:Ne(o)}):c("D, now held fixed, judges their codes: D(z) is {codes} on average.",
{codes:Ne(s)}),t?c("{change}; D(z) is now {codes} on average, the second D’s output {contents}",{change:hr(Qm,r),codes:Ne(
n),contents:Ne(i)}):c("{change}; D(z) is now {codes} on average",{change:hr(Qm,r),codes:Ne(n)})],lights:["encoder"],terms:(r,e)=>[
{text:c("= − mean log D(z), z = encoder(x)"),value:e("fool"),lights:["z","D","dOfZ","plane:items","plane:batch","plane\
:surface"]}]},classification:{letter:"C",key:"c",action:c("classify"),purpose:c("Classification (paper §5): a few labell\
ed images teach the encoder which class it sees."),beats:[["x","x-encoder"],["x","encoder","x-encoder","encoder-y","y","\
plane:items"],["encoder","y","plane:codes","plane:items","plane:arrows"]],captions:({loss:r})=>[c("Labelled images go in\
."),c("The encoder gives each class a probability, q(y|x)."),hr(c("The cross-entropy with the labels"),r)],lights:["enco\
der"],terms:()=>[{text:c("= − mean log q(y|x)"),lights:["x","encoder"]}]}},su={kl:{purpose:c("the KL term (paper §2.1)\
 keeps each q(z|x) near the prior"),text:"KL(q(z|x) ‖ p(z))"},mmd:{purpose:c("MMD², a kernel distance between the code\
s of the mini-batch and as many samples of the prior, keeps q(z) near it"),text:"MMD²(q(z), p(z))"},sliced:{purpose:c("\
the distance between sorted codes and sorted samples of the prior, along random directions, keeps q(z) near it"),text:"S\
W²(q(z), p(z))"}},eu={"info-vae":{kl:"(1 − α) ",mmd:"(α + λ − 1) "},else:{kl:"β ",mmd:"λ ",sliced:"λ "}},tw=[
c("no"),c("one"),c("two"),c("three"),c("four"),c("five"),c("six"),c("seven"),c("eight"),c("nine"),c("ten")];function ru(r,e){
if(r.length>1)return c("A round (paper §2): {steps}, in the paper’s order on the same mini-batch.",{steps:nu(r)});if(!e.
priorCosts.length)return se[r[0].phase].purpose;let t=e.priorCosts.map(s=>su[s].purpose).reduce((s,n)=>c("{first}, and {\
second}",{first:s,second:n}));return c("Reconstruction and prior together: encoder and decoder learn to reconstruct each\
 image, while {purposes}. There is no adversary.",{purposes:t})}function nu(r){let e=r.filter(({phase:t})=>t==="discrimi\
nation").length;return e>1?c("{count} steps of D and one of each other phase",{count:tw[e]}):c("one step of each phase")}
var ou=[c("What goes in"),c("What is computed"),c("The cost, and what moves")],sw={encoder:c("the encoder"),decoder:c("t\
he decoder"),discriminator:"D",content_discriminator:c("the second D"),heads:c("the heads")};function tu(r){let e=r.map(
t=>sw[t]??t);return e.length<2?e.join():c("{names} and {last}",{names:e.slice(0,-1).join(", "),last:e[e.length-1]})}var iu=r=>r.
charAt(0).toUpperCase()+r.slice(1);function rw({moved:r,still:e}){let t=Object.keys(r),s={moved:iu(tu(t)),still:tu(e)};return t.
length?e.length?c("{moved} moved; {still} stood still, bit for bit.",s):c("{moved} moved.",s):e.length?c("Nothing moved;\
 {still} stood still, bit for bit.",s):c("Nothing moved.")}function nw(r){return r.length?r.join()==="kl"?c("The negativ\
e ELBO, reconstruction and KL together,"):c("The cost of reconstruction and prior together"):c("The reconstruction cost")}
function hr(r,[e,t]){let[s,n]=[e,t].map(o=>v(o,3));return s===n?c("{cost} stayed at {from}",{cost:r,from:s}):t<e?c("{cos\
t} fell from {from} to {to}",{cost:r,from:s,to:n}):c("{cost} rose from {from} to {to}",{cost:r,from:s,to:n})}function ow(r,e,t){
return e?t?c("The {size} codes z of mini-batch {batch}, held fixed, and {size} new samples of the prior go into D, each \
with the y of an image; y likewise into the second D.",r):c("The {size} codes z of mini-batch {batch}, held fixed, and {\
size} new samples of the prior go into D; y likewise into the second D.",r):t?c("The {size} codes z of mini-batch {batch\
}, held fixed, and {size} new samples of the prior go into D, each with the y of an image.",r):c("The {size} codes z of \
mini-batch {batch}, held fixed, and {size} new samples of the prior go into D.",r)}var Ne=r=>r===null?"–":v(r);function au(r,e,t){
let[s,n,o]=se[r.phase].captions(r,e,t);return[s,n,c("{cost}. {movement}",{cost:o,movement:rw(r)})]}function lu(r,e,t){let s=r.
map(({phase:o,loss:i})=>`${se[o].letter} ${v(i[0],3)} → ${v(i[1],3)}`),n={size:e.size,batch:r[0].batch};return[t.dp===
null?c("{size} images of mini-batch {batch} went in.",n):c("{size} images of mini-batch {batch} went in, and {size} samp\
les of the prior.",n),t.d2===null?c("Their codes, and reconstructions of them."):c("Their codes, and reconstructions of \
them; D gives the codes {mean} on average.",{mean:v(t.d2)}),c("{steps}, each moving its own nets only. Costs: {costs}.",
{steps:iu(nu(r)),costs:s.join(", ")})]}var cu=(r,e)=>r.map(t=>({...$a(t,e)[0],lights:se[t.phase].beats[2]}));function $a({
phase:r,loss:[e],terms:t},s){let{letter:n,lights:o,terms:i}=se[r],a=Object.values(t).map(([d])=>d),l=e-a.reduce((d,p)=>d+
p,0),h=a.length&&Math.abs(l)>.001?[{text:c("+ the same for the class y"),value:v(l,3),lights:["y","py","Dy","dOfY"]}]:[];
return[{text:c("cost of {phase}",{phase:n}),value:v(e,3),lights:o},...i(s,d=>v(t[d]?.[0]??NaN,3)),...h]}var iw={1:c("1 round at a time"),5:c("5 rounds at a time"),25:c("25 rounds at a time")},aw=c("The letters on the buttons\
 are keyboard shortcuts; click anywhere in the game to use them."),yn=class{game;playButton;roundButton;slowButton;nextBeatButton;phaseButtons;speedSelect;root;buttonsByKey;havePhasesChanged;constructor(e){
this.game=e,this.playButton=vs(c("▶ Play"),"p",c("Play or pause: one round after another"),()=>e.togglePlay()),this.playButton.
classList.add("lp-first"),this.roundButton=vs(c("Step all"),"a",c("A round on the next mini-batch: all phases in the pap\
er’s order"),()=>e.makeRound()),this.slowButton=vs(c("Slow motion"),"s",c("Play slowly: each step in three beats, with\
 what happens in each"),()=>e.toggleSlowMotion()),this.slowButton.setAttribute("aria-pressed","false"),this.nextBeatButton=
vs(c("Next beat"),"n",c("Go on to the next beat"),()=>e.showNextBeat()),this.nextBeatButton.hidden=!0,this.phaseButtons=
u("span",{class:"gb-steps",role:"group","aria-label":c("One step of one phase")}),this.speedSelect=u("select",{"aria-lab\
el":c("Rounds at a time while playing")},...Ye(iw)),this.root=u("div",{class:"gb-controls",role:"group","aria-label":c("\
The game")},this.playButton,this.phaseButtons,this.roundButton,this.slowButton,this.nextBeatButton,this.speedSelect,u("p",
{class:"lp-note gb-keys"},aw)),this.buttonsByKey=new Map,this.havePhasesChanged=k()}showPhaseButtons(e){if(!this.havePhasesChanged(
e.join()))return;let t=e.flatMap(s=>{let{letter:n,key:o,action:i,purpose:a}=se[s],l=vs(c("Step {letter}: {action}",{letter:n,
action:i}),o,a,()=>this.game.makeSteps(s,1));return s!=="discrimination"?[l]:[l,vs(c("Ten D steps"),"t",c("Ten steps of \
D on the same codes, held fixed: its surface sharpens"),()=>this.game.makeSteps(s,10))]});this.phaseButtons.replaceChildren(
...t),this.buttonsByKey=new Map([this.playButton,...t,this.roundButton,this.slowButton,this.nextBeatButton].map(s=>[s.dataset.
key??"",s]))}showPlaying(e){me(this.playButton,"span").textContent=e?c("❚❚ Pause"):c("▶ Play")}showSlow(e){this.slowButton.
setAttribute("aria-pressed",String(e));let t=e?this.speedSelect:this.nextBeatButton;Qs(t)===t&&this.slowButton.focus(),this.
nextBeatButton.hidden=!e,this.speedSelect.hidden=e}};function vs(r,e,t,s){let n=x("",s,{title:t,"data-key":e,"aria-keysh\
ortcuts":e.toUpperCase()});return n.append(u("span",{},r),u("kbd",{"aria-hidden":"true"},e.toUpperCase())),n}var wn=class{onChange;sliders=[];list=u(
"div",{class:"gb-rules"});hint=u("span",{},c("With λ at 0 the adversary has no weight, which leaves a plain autoencoder."));title=u(
"summary");root=u("details",{class:"gb-more gb-rates"},this.title,u("p",{class:"lp-note"},c("Changes take effect at the \
next step, noise on the input at the next mini-batch; nothing is reset.")+" ",this.hint),this.list,x(c("Default values"),
()=>{this.setValues(Object.fromEntries(this.sliders.map(({rule:e})=>[e.name,e.start]))),this.onChange(this.values)}));constructor(e){
this.onChange=t=>{e(t),$({kind:"rules",rules:t})}}buildSliders(e){this.sliders=e.map(t=>{let s=u("output",{}),n=u("input",
{type:"range",min:0,max:t.places,step:1,"aria-label":t.label,"data-rule":t.name,oninput:()=>this.showValues(),onchange:()=>this.
onChange(this.values)});return{rule:t,input:n,output:s,row:u("label",{title:t.help},u("span",{},t.label),n,s)}}),this.list.
replaceChildren(...this.sliders.map(({row:t})=>t))}setValues(e){for(let{rule:t,input:s}of this.sliders)s.value=String(lw(
t,e[t.name]));this.showValues()}showSlidersFor(e){this.hint.hidden=!e.includes("generation"),this.title.textContent=e.includes(
"discrimination")?c("Rates, λ, noise and steps of D"):c("Learning rate and noise");for(let{rule:t,row:s}of this.sliders)
s.hidden=!!t.needs&&!e.includes(t.needs)}get values(){return Object.fromEntries(this.sliders.map(({rule:e,input:t})=>[e.
name,hu(e,Number(t.value))]))}showValues(){for(let{rule:e,input:t,output:s}of this.sliders)s.textContent=String(hu(e,Number(
t.value))),t.setAttribute("aria-valuetext",s.textContent)}};function hu(r,e){let t=e/r.places,s=r.log?r.low*(r.high/r.low)**
t:r.low+(r.high-r.low)*t;return Math.min(r.high,Math.max(r.low,Number(s.toPrecision(3))))}function lw(r,e){let t=r.log?Math.
log(e/r.low)/Math.log(r.high/r.low):(e-r.low)/(r.high-r.low);return Math.round(t*r.places)}var vn=class{reset;selects=[];list=u(
"span",{class:"gb-setup"});seed;root;constructor(e){this.reset=e,this.seed=u("input",{type:"number",min:0,max:2147483647,
step:1,value:0,"aria-label":c("Seed"),onchange:e}),this.root=u("div",{class:"gb-begin",role:"group","aria-label":c("How \
the game begins")},this.list,u("label",{},c("Seed")+" ",this.seed),x(c("Reset"),e))}buildSelects(e){this.selects=e.map(t=>{
let s=u("select",{"aria-label":t.label,onchange:this.reset},...Ye(t.options.map(({title:n})=>n)));return{choice:t,select:s,
row:u("label",{},`${t.label} `,s)}}),this.list.replaceChildren(...this.selects.map(({row:t})=>t))}showChoicesFor(e){for(let{
choice:t,row:s}of this.selects)s.hidden=t.needs!==""&&!e[t.needs]}setValues(e){for(let{choice:t,select:s}of this.selects)
s.value=String(Math.max(0,t.options.findIndex(({value:n})=>n===e[t.name])));this.seed.value=String(e.seed)}get values(){
let e=Math.min(2147483647,Math.max(0,Math.round(Number(this.seed.value))||0));return this.seed.value=String(e),{...Object.
fromEntries(this.selects.map(({choice:t,select:s})=>[t.name,t.options[Number(s.value)||0].value])),seed:e}}};var Xa=r=>se[r].letter.toLowerCase(),cw=5;function uu({header:r,fields:e}){let[t,s]=r.meanD??[void 0,void 0],n=Object.entries(
r.counts).map(([i,a])=>[`steps_${Xa(i)}`,a]),o=r.preview?[]:r.records;return{mmd2:r.distance??void 0,spread:xn(e.codes.values),
d_codes:t,d_samples:s,...Object.fromEntries(n),...Object.fromEntries(o.map(({phase:i,loss:a})=>[`cost_${Xa(i)}`,a[1]])),
get y_error(){return e.contents?(r.phases.includes("classification")?hw:mw)(e.contents.values,e.labels.values):void 0},get z_guess(){
return uw(e.codes.values,e.labels.values)}}}var du=({header:r})=>Object.fromEntries(r.records.map(({phase:e,loss:t})=>[`\
cost_${Xa(e)}`,t[0]]).reverse()),mu={codes_spread:void 0,scatter_draw:void 0,scatter_score:void 0,means_apart:void 0,means_chance:void 0};
function pu(r){if(!r)return mu;let{codes:e,byDraw:t,byScore:s}=r,n=mr(t),o={...mu,codes_spread:xn(e),scatter_draw:Math.sqrt(
n.variance)};if(!s)return o;let i=mr(s);return{...o,scatter_score:Math.sqrt(i.variance),means_apart:Math.abs(n.mean-i.mean),
means_chance:3*Math.sqrt((n.variance+i.variance)/t.length)}}function mr(r){let e=Array.from(r),t=e.reduce((n,o)=>n+o,0)/
e.length,s=e.reduce((n,o)=>n+(o-t)**2,0)/e.length;return{mean:t,variance:s}}var hw=(r,e)=>Array.from(r).filter((t,s)=>t!==
e[s]).length/r.length;function mw(r,e){let t=new Map;return Array.from(r).forEach((n,o)=>t.set(n,[...t.get(n)??[],e[o]])),
1-[...t.values()].map(n=>Ya(n,fu(n))).reduce((n,o)=>n+o,0)/e.length}var Ya=(r,e)=>r.filter(t=>t===e).length;function fu(r){
return[...new Set(r)].sort((t,s)=>t-s).reduce((t,s)=>Ya(r,s)>Ya(r,t)?s:t)}function uw(r,e){let t=Array.from(e,(n,o)=>o),
s=n=>{let o=Float64Array.from(t,i=>i===n?1/0:(r[2*i]-r[2*n])**2+(r[2*i+1]-r[2*n+1])**2);return fu(dw(o,cw).map(i=>e[i]))===
e[n]};return t.filter(s).length/e.length}function dw(r,e){let t=[];return r.forEach((s,n)=>{if(t.length===e&&s>=r[t[e-1]])
return;let o=t.findIndex(i=>s<r[i]);t.splice(o<0?t.length:o,0,n),t.length=Math.min(t.length,e)}),t}function xn(r){let e=r.
length/2,t=[0,0];for(let n=0;n<r.length;n++)t[n%2]+=r[n]/e;let s=0;for(let n=0;n<r.length;n++)s+=(r[n]-t[n%2])**2;return Math.
sqrt(s/e)}function Sn(r){if(!r)return[];let{images:e,shape:t}=bt(r);return e.map(s=>pe(de(s,t)).toDataURL())}var pw=.618034,fw=4,gu={deterministic:[c("Deterministic"),c("z = f(x): nothing is drawn, and all fifty codes are the sam\
e.")],gaussian:[c("Gaussian"),c("z = μ + σε: a new ε for each code.")],universal:[c("Universal approximator"),c("z =\
 f(x, η): new noise η for each code.")]},gw={deterministic:c("there is nothing to draw. The gradient above is exact."),
universal:c("q(z|x) has no formula for its density, so there is no logarithm to differentiate.")},Mn=class{onChange;example=0;encodings=null;haveExamplesChanged=k();box=u(
"input",{type:"checkbox",onchange:()=>this.onChange()});rewordItems=e=>e;switchText=u("span");switchRow=u("label",{class:"\
gb-many-switch"},this.box,this.switchText);imageRow=u("div",{class:"gb-many-images",role:"group"});posteriorButtons;posteriorRow;codesText=u(
"p",{});title=u("p",{class:"gb-many-title"});byDraw=new An(c("Through the draw"),"by-draw");byScore=new An(c("By the sco\
re function"),"by-score");axis=u("div",{class:"gb-many-axis","aria-hidden":"true"},...["","",""].map(()=>u("span")));panel;constructor(e,t){
this.onChange=e,this.posteriorButtons=Object.entries(gu).map(([s,[n]])=>u("button",{type:"button","data-posterior":s,onclick:()=>t(
s)},n)),this.posteriorRow=u("div",{class:"gb-many-posteriors",role:"group","aria-label":c("Kind of posterior; another on\
e begins a new game")},...this.posteriorButtons),this.panel=u("section",{class:"gb-many",hidden:!0},u("div",{class:"gb-m\
any-head"},this.imageRow,this.posteriorRow,this.codesText),this.title,this.byDraw.root,this.byScore.root,this.axis),this.
nameItems(this.rewordItems)}nameItems(e){this.rewordItems=e;let t=e(c("One image, encoded fifty times"));A(this.switchText,
t),this.panel.setAttribute("aria-label",t),this.imageRow.setAttribute("aria-label",e(c("The image that is encoded")))}get isOn(){
return this.box.checked}get view(){return this.isOn?"draws":"codes"}setView(e){this.box.checked=e==="draws"}show(e){if(this.
encodings=e,this.panel.hidden=!e,!e)return;let{codes:t,byDraw:s,byScore:n,posterior:o,hasChoice:i,examples:a}=e;this.showImages(
a);for(let p of this.posteriorButtons)p.setAttribute("aria-pressed",String(p.dataset.posterior===o)),p.hidden=!i&&p.dataset.
posterior!==o;let l=v(xn(t));this.codesText.textContent=c("Dots on the plane: {draws} They lie {spread} from their mean.",
{draws:gu[o][1],spread:l});let h=o==="gaussian"?"μ₁":"z₁";this.title.textContent=c("One weight: the bias of {first}\
 in the encoder’s last layer. The gradient of the reconstruction cost for it, as each of {count} codes estimates it:",
{first:h,count:s.length});let m=bw([s,n??[]]),{mean:d}=mr(s);this.byDraw.show(s,m,d,""),this.byScore.show(n,m,d,gw[o]??""),
[-m,0,m].forEach((p,f)=>{this.axis.children[f].textContent=le(p,2).replace("-","−")})}showImages({images:e,names:t}){if(this.
example=Math.min(this.example,t.length-1),this.haveExamplesChanged(`${t.join()} ${e.values.join()}`)){let s=Sn(e).map((n,o)=>u(
"button",{type:"button","aria-label":this.rewordItems(c("Image of class {name}",{name:t[o]})),onclick:()=>this.chooseExample(
o)},u("img",{class:"gb-image",src:n,alt:""})));this.imageRow.replaceChildren(...s)}[...this.imageRow.children].forEach((s,n)=>s.
setAttribute("aria-pressed",String(n===this.example)))}chooseExample(e){this.example=e,this.onChange()}},An=class{title;text=u(
"p",{});mean=C("line",{class:"gb-many-mean",y1:"0%",y2:"100%"});otherMean=C("line",{class:"gb-many-other",y1:"0%",y2:"10\
0%"});dots=C("g");picture=C("svg",{"aria-hidden":"true"},this.dots,this.otherMean,this.mean);root;constructor(e,t){this.
title=e,this.root=u("div",{class:"gb-many-strip","data-part":t},this.text,this.picture)}show(e,t,s,n){if(this.picture.style.
display=e?"":"none",!e){this.text.replaceChildren(u("b",{},this.title),`: ${n}`);return}let{mean:o,variance:i}=mr(e),a="\
: "+c("mean {mean}, scatter {scatter}",{mean:v(o),scatter:v(Math.sqrt(i))});this.text.replaceChildren(u("b",{},this.title),
a);let l=h=>`${50+(50-fw)*h/t}%`;for(;this.dots.children.length<e.length;)this.dots.append(this.makeDot(this.dots.children.
length));Array.from(e).forEach((h,m)=>this.dots.children[m].setAttribute("cx",l(h))),bu(this.mean,l(o)),bu(this.otherMean,
l(s))}makeDot(e){let t=e*pw%1;return C("circle",{cy:`${14+72*t}%`,r:2})}};function bu(r,e){r.setAttribute("x1",e),r.setAttribute(
"x2",e)}function bw(r){let e=r.flatMap(n=>Array.from(n,Math.abs)).reduce((n,o)=>Math.max(n,o),1e-6),t=10**Math.floor(Math.
log10(e));return([1,2,5].find(n=>n*t>=e)??10)*t}var yw=2e6,V=r=>1/(1+Math.exp(-r)),ww={identity:r=>r,sigmoid:V,exp:Math.exp};function vw(r,{groups:e,times:t,plus:s},n){
for(let[o,i]of e){let a=ww[o];if(o==="softmax"){let l=i.reduce((m,d)=>Math.max(m,r[d]),-1/0),h=i.reduce((m,d)=>m+Math.exp(
r[d]-l),0);a=m=>Math.exp(m-l)/h}for(let l of i)n[l]=Math.min(1,Math.max(0,t[l]*a(r[l])+s[l]))}}var Mt=class{decoder;discriminator;image;dim;means;kind;contentSize;pixels;constructor(e,t,s,n,o=null){
this.decoder=e,this.discriminator=t,this.image=s,this.dim=n,this.means=o,this.kind=e.machine.kind,this.contentSize=e.inputs-
n,this.pixels=new Float32Array(e.outputs)}decode(e,t=null){return this.decodeInto([e],t===null?null:[t],this.pixels)}decodeMany(e,t=null){
return Me(this.decodeInto(e,t,new Float32Array(e.length*this.decoder.outputs)),e.length)}batchSizeFor(e){return Math.max(
1,Math.min(e,Math.round(e*yw/this.decoder.multiplications)))}decodeInto(e,t,s){let{heap:n,outputs:o}=this.decoder,{contentSize:i}=this;
return this.decoder.runAll(e.length,(a,l)=>{let h=t?t[a]:-1;typeof h!="number"?n.set(h,l):h>=0&&h<i&&(n[l+h]=1),n.set(e[a],
l+i)},(a,l)=>{let h=s.subarray(a*o,(a+1)*o);if(this.means)return vw(n.subarray(l,l+o),this.means,h);for(let m=0;m<o;m++)
h[m]=V(n[l+m])}),s}discriminate(e){return this.discriminateMany([e])[0]}discriminateMany(e){let t=new Float32Array(e.length).
fill(NaN),{discriminator:s}=this;return s?.runAll(e.length,(n,o)=>s.heap.set(e[n],o),(n,o)=>t[n]=V(s.heap[o])),t}};function yu(r,e){
return t=>{let s=new Float32Array(e);return r.runAll(1,(n,o)=>r.heap.set(t,o),(n,o)=>s.set(r.heap.subarray(o,o+e))),s}}function At(r,e){let[t,s]=[0,r.length-1];for(;s-t>1;){let n=t+s>>1;r[n]<=e?t=n:s=n}return t}function re(r,e){let t=r.length-
1;if(!(e>r[0]))return 0;if(e>=r[t])return t;let s=At(r,e);return s+(e-r[s])/(r[s+1]-r[s])}function Gt(r,e){let t=Math.max(
0,Math.min(r.length-1,e)),s=Math.floor(t);return s===t?r[s]:r[s]+(r[s+1]-r[s])*(t-s)}var xw=[.5,.9],ur=141,Sw=.35,Cn=12e3,Mw=1500,Tn=40,Aw=.05,wu=1e4;function En(r,e=!1){let t=r.length/2;if(t<2*Tn)return null;
let s=Tw(r,e),[n,o]=vu(r,0),[i,a]=e?[-wu,wu]:vu(r,1),l={columns:ur,rows:e?2:ur,box:[n,o,i,a]},h=Cw(r,l,e);xu(h,l,1,s/(o-
n)*(ur-1)),e||xu(h,l,ur,s/(a-i)*(ur-1));let m=Float32Array.from({length:t},(p,f)=>Ew(h,l,r[2*f],r[2*f+1]));return m.sort(),
{values:h.map(p=>1-(At(m,p)+1)/t),shape:[l.rows,l.columns],box:l.box,levels:xw}}function vu(r,e){let t=Float64Array.from(
{length:r.length/2},(i,a)=>r[2*a+e]).sort(),s=t[Math.floor(.005*t.length)],n=t[Math.floor(.995*t.length)],o=Sw*(n-s)||1;
return[s-o,n+o]}function Tw(r,e){let t=r.length/2,s=Math.floor(t/Tn),n=Math.min(t,Mw),o=Math.ceil(Aw*n);return Float64Array.
from({length:Tn},(a,l)=>{let[h,m]=[r[2*l*s],r[2*l*s+1]];return Float64Array.from({length:n},(p,f)=>Math.hypot(r[2*f]-h,e?
0:r[2*f+1]-m)).sort()[o]}).sort()[Tn/2]}function Cw(r,e,t){let s=new Float32Array(e.rows*e.columns);for(let n=0;n<r.length;n+=
2){let o=Su(e,r[n],t?0:r[n+1]);if(o)for(let{index:i,share:a}of Mu(o,e))s[i]+=a}return t&&s.copyWithin(e.columns,0,e.columns),
s}function Su({columns:r,rows:e,box:[t,s,n,o]},i,a){let l=(i-t)/(s-t)*(r-1),h=(a-n)/(o-n)*(e-1);if(!(l>=0&&h>=0&&l<r-1&&
h<e-1))return null;let[m,d]=[Math.floor(l),Math.floor(h)];return{first:d*r+m,dx:l-m,dy:h-d}}var Mu=({first:r,dx:e,dy:t},{
columns:s})=>[{index:r,share:(1-e)*(1-t)},{index:r+1,share:e*(1-t)},{index:r+s,share:(1-e)*t},{index:r+s+1,share:e*t}];function Ew(r,e,t,s){
let n=Su(e,t,s);return n?Mu(n,e).reduce((o,{index:i,share:a})=>o+a*r[i],0):0}function xu(r,{columns:e,rows:t},s,n){let[o,
i]=s===1?[e,t]:[t,e],a=s===1?e:1,l=Math.ceil(3*Math.max(n,.8)),h=Float32Array.from({length:2*l+1},(d,p)=>Math.exp(-(((p-
l)/Math.max(n,.8))**2)/2)),m=new Float32Array(o);for(let d=0;d<i;d++){let p=d*a;for(let f=0;f<o;f++)m[f]=r[p+f*s];for(let f=0;f<
o;f++){let g=0;for(let b=Math.max(-l,-f);b<=Math.min(l,o-1-f);b++)g+=m[f+b]*h[b+l];r[p+f*s]=g}}}var Za=O(()=>{let r=new Float32Array(65536);for(let e=0;e<65536;e++){let t=e>>10&31,s=e&1023,n=t?(1+s/1024)*2**(t-15):s*
2**-24;t===31&&(n=s?NaN:1/0),r[e]=e&32768?-n:n}return r});function xs(r,e,t,s,n,o,i){let a=Za();for(let l=0;l<t;l+=s,o+=
i){let h=Math.min(s,t-l);for(let m=0;m<h;m++){let d=r[e+l+m];if((d&31744)===31744)throw new Error(c("The network's weigh\
ts hold a value that is not finite."));n[o+m]=a[d]}}}function kn(r){let e=new Float32Array(r);return{heap:e,dense:(t,s,n,o,i,a,l,h,m)=>{let d=m?0:-1/0;for(let p=0;p<l;p++)for(let f=0;f<
i;f+=4){let g=f-f%16;kw(e,t+g*a+f-g,s+f,n+p*h,o+p*h+f,a,d)}},correlate:(t,s,n,o,i,a,l,h)=>{let m=new Int32Array(e.buffer).
subarray(n,n+l).map(d=>d/4);for(let d=0;d<a;d+=4)Pw(e,t+d*l,s+d,m,o,i+d*h,h)},kind:"JavaScript"}}function kw(r,e,t,s,n,o,i){
let a=r[t],l=r[t+1],h=r[t+2],m=r[t+3];for(let d=0,p=e;d<o;d++,p+=16){let f=r[s+d];f!==0&&(a+=r[p]*f,l+=r[p+1]*f,h+=r[p+2]*
f,m+=r[p+3]*f)}r[n]=a<i?i:a,r[n+1]=l<i?i:l,r[n+2]=h<i?i:h,r[n+3]=m<i?i:m}function Pw(r,e,t,s,n,o,i){for(let a=0;a<i;a++,
n++,o++){let l=r[t],h=r[t+1],m=r[t+2],d=r[t+3];for(let p=0,f=e;p<s.length;p++,f+=4){let g=r[n+s[p]];l+=r[f]*g,h+=r[f+1]*
g,m+=r[f+2]*g,d+=r[f+3]*g}r[o]=l,r[o+i]=h,r[o+2*i]=m,r[o+3*i]=d}}var st=r=>Math.ceil(r/16)*16,Pn=class{inputs;outputs;relu;T;b;end;constructor([e,t],s,n){this.inputs=e,this.outputs=t,this.
relu=s,this.T=n,this.b=n+e*st(t),this.end=this.b+st(t)}loadWeights(e,t,s){let{inputs:n,outputs:o}=this;for(let i=0;i<n;i++,
t+=o)xs(e,t,o,16,s,this.T+i*16,n*16);xs(e,t,o,16,s,this.b,16)}run(e,t,s,n,o){e.dense(this.T,this.b,t,s,st(this.outputs),
this.inputs,n,o,this.relu)}};var Au=ih("AGFzbQEAAAABKwRgBH9/f38Bf2AHf39/f39/ewBgCn9/f39/f39/f38AYAh/f39/f39/fwACDwEDZW52Bm1lbW9yeQIAAQMGBQABAAIDBxUCB\
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
Bb9CwQQIAhBIGoiCCAHSQ0ACyALIQAgCyAGQQR0aiELIAFBEGohASAEIAdBAnRqIQQgBUEEayIFDQALCw==");var Iw=65536,Tu;function Ln(r,e,t){let s=4*r,n=Math.ceil(t/2)*(12*e+16);try{Tu??=new WebAssembly.Module(Au);let o=new WebAssembly.
Memory({initial:Math.ceil((s+n)/Iw)}),i=new WebAssembly.Instance(Tu,{env:{memory:o}}).exports;return{heap:new Float32Array(
o.buffer,0,r),dense:(a,l,h,m,d,p,f,g,b)=>i.dense(4*a,4*l,4*h,4*m,d,p,f,4*g,Number(b),s),correlate:(a,l,h,m,d,p,f,g)=>i.correlate(
4*a,4*l,4*h,4*m,4*d,p,f,4*g),kind:"WebAssembly"}}catch(o){if(!(o instanceof WebAssembly.CompileError)&&!(o instanceof RangeError))
throw o;return null}}var F=(r,e,t=new Float32Array(r*e))=>({rows:r,columns:e,values:t}),rt=null;function Rw(r,e,t){return(!rt||rt.floats<r||rt.
widest<e||rt.batch<t)&&([r,e,t]=[Math.max(r,rt?.floats??0),Math.max(e,rt?.widest??0),Math.max(t,rt?.batch??0)],rt={floats:r,
widest:e,batch:t,machine:Ln(r,e,t)??kn(r)}),rt.machine}function In(r,e,t,s=!1){let n=st(e.columns),o=Math.max(r.columns,
n),[i,a,l]=[0,e.rows*n,e.rows*n+n],h=l+r.rows*o,m=Rw(h+r.rows*o,r.columns,r.rows+1),{heap:d}=m,p=st(1);for(let g=0;g<n;g+=
p){let b=Math.min(p,e.columns-g);for(let y=0;y<e.rows;y++){let w=y*e.columns+g,S=i+g*e.rows+y*p;for(let M=0;M<b;M++)d[S+
M]=e.values[w+M]}}d.fill(0,a,a+n),t&&d.set(t,a),Cu(r.values,0,r.columns,d,l,o,r.columns,r.rows),m.dense(i,a,l,h,n,r.columns,
r.rows,o,s);let f=F(r.rows,e.columns);return Cu(d,h,o,f.values,0,e.columns,e.columns,r.rows),f}function Cu(r,e,t,s,n,o,i,a){
if(t===i&&o===i)return s.set(r.subarray(e,e+a*i),n);for(let l=0;l<a;l++,e+=t,n+=o)for(let h=0;h<i;h++)s[n+h]=r[e+h]}function Rn({
rows:r,columns:e,values:t}){let s=F(e,r);for(let n=0,o=0;n<r;n++)for(let i=n;i<t.length;i+=r)s.values[i]=t[o++];return s}
function R({rows:r,columns:e,values:t},s){let n=F(r,e);for(let o=0;o<t.length;o++)n.values[o]=s(t[o],o);return n}function Ge(r,e,t=r.
columns){let s=F(r.rows,t-e);for(let n=0;n<r.rows;n++)s.values.set(r.values.subarray(n*r.columns+e,n*r.columns+t),n*s.columns);
return s}var Te=(r,e,t)=>F(t-e,r.columns,r.values.subarray(e*r.columns,t*r.columns));function Ss(...r){let e=F(r[0].rows,
r.reduce((s,n)=>s+n.columns,0)),t=0;for(let s of r){for(let n=0;n<e.rows;n++)e.values.set(s.values.subarray(n*s.columns,
(n+1)*s.columns),n*e.columns+t);t+=s.columns}return e}function On(r,e){let t=F(r.rows+e.rows,r.columns);return t.values.
set(r.values),t.values.set(e.values,r.values.length),t}function Nn(r){let e=new Float64Array(r.columns);for(let t=0;t<r.
values.length;t++)e[t%r.columns]+=r.values[t];return Float32Array.from(e)}var Ja=r=>Math.max(r,0)+Math.log1p(Math.exp(-Math.abs(r)));function Ms(r,e){let t=0;for(let s=0;s<r.values.length;s++)t+=
e(r.values[s],s);return t}var dr={"squared-error":{mean:V,cost:(r,e)=>.5*(V(r)-e)**2,slope:(r,e)=>(V(r)-e)*V(r)*(1-V(r))},
real:{mean:r=>r,cost:(r,e)=>.5*(r-e)**2,slope:(r,e)=>r-e},"cross-entropy":{mean:V,cost:(r,e)=>Ja(r)-r*e,slope:(r,e)=>V(r)-
e}};function Eu(r,e,t){let{cost:s,slope:n}=dr[r];return{cost:Ms(t,(o,i)=>s(o,e.values[i]))/e.rows,slopes:()=>R(t,(o,i)=>n(
o,e.values[i])/e.rows)}}function ku(r){let e=r.rows/2,t=i=>i<e?-1:1,s=i=>Ms(r,(a,l)=>l<e==!!i?Ja(t(l)*a):0)/e,[n,o]=[s(1),
s(0)];return{cost:n+o,real:n,fake:o,slopes:()=>R(r,(i,a)=>t(a)*V(t(a)*i)/e)}}function Qa(r){return{cost:Ms(r,e=>Ja(-e))/
r.rows,slopes:()=>R(r,e=>-V(-e)/r.rows)}}function Pu(r,e){let t=el(r),s=Lu(r);return{cost:Ms(r,(n,o)=>e.values[o]*(s[Math.
floor(o/e.columns)]-n))/e.rows,slopes:()=>R(t,(n,o)=>(n-e.values[o])/e.rows)}}function Lu({rows:r,columns:e,values:t}){return Float64Array.
from({length:r},(s,n)=>{let o=t.subarray(n*e,(n+1)*e),i=o.reduce((a,l)=>Math.max(a,l),-1/0);return i+Math.log(o.reduce((a,l)=>a+
Math.exp(l-i),0))})}function el(r){let e=Lu(r);return R(r,(t,s)=>Math.exp(t-e[Math.floor(s/r.columns)]))}function tl(r,e){
let t=new Float64Array(r.rows);for(let s=0;s<r.values.length;s++)t[Math.floor(s/r.columns)]+=r.values[s]*e.values[s];return R(
r,(s,n)=>s*(e.values[n]-t[Math.floor(n/r.columns)]))}function Iu({mu:r,logVariance:e,epsilon:t,z:s},n){let o=r.rows,i=n.
scale**2;if(n.name==="gaussian")return{cost:Ms(r,(l,h)=>.5*((Math.exp(e.values[h])+l*l)/i-1-e.values[h]+Math.log(i)))/o,
slopes:()=>({mu:R(r,l=>l/i/o),logVariance:R(e,l=>.5*(Math.exp(l)/i-1)/o)})};let a=n.logDensity(s);return{cost:(Ms(t,(l,h)=>-.5*
(l*l+e.values[h]+Math.log(2*Math.PI)))-a.values.reduce((l,h)=>l+h,0))/o,slopes:()=>({mu:R(a.slopes,l=>-l/o),logVariance:R(
e,(l,h)=>(-.5-.5*a.slopes.values[h]*Math.exp(.5*l)*t.values[h])/o)})}}var Ow=[.1,.2,.5,1,2,5,10];function Ru(r,e,t){let[
s,n]=[r.rows,r.columns],o=new Float64Array(r.values.length),i=0;for(let{a,b:l,weight:h}of[{a:r,b:r,weight:1/s/(s-1)},{a:e,
b:e,weight:1/s/(s-1)},{a:r,b:e,weight:-2/s/s}])for(let m=0;m<s;m++)for(let d=0;d<s;d++){if(a===l&&m===d)continue;let[p,f]=[
0,0];for(let b=0;b<n;b++)p+=(a.values[m*n+b]-l.values[d*n+b])**2;for(let b of Ow){let y=b*t;i+=h*y/(y+p),f-=h*y/(y+p)**2}
if(a!==r||!f)continue;let g=l===r?4*f:2*f;for(let b=0;b<n;b++)o[m*n+b]+=g*(a.values[m*n+b]-l.values[d*n+b])}return{cost:i,
slopes:()=>({z:R(r,(a,l)=>o[l])})}}function Ou(r,e,t){let[s,n]=[r.rows,r.columns],o=new Float64Array(r.values.length),i=0;
for(let a=0;a<t.rows;a++){let l=t.values.subarray(a*n,(a+1)*n),h=Math.hypot(...l),m=f=>{let g=Float64Array.from({length:s},
(b,y)=>l.reduce((w,S,M)=>w+S*f.values[y*n+M]/h,0));return{places:g,order:Int32Array.from({length:s},(b,y)=>y).sort((b,y)=>g[b]-
g[y])}},[d,p]=[m(r),m(e)];d.order.forEach((f,g)=>{let b=d.places[f]-p.places[p.order[g]];i+=b*b/s/t.rows,l.forEach((y,w)=>o[f*
n+w]+=2*b*y/h/s/t.rows)})}return{cost:i,slopes:()=>({z:R(r,(a,l)=>o[l])})}}function Tt(r,e){let t=F(r.length,e);for(let s=0;s<
r.length;s++)t.values[s*e+r[s]]=1;return t}var Q=class r{words=new Uint32Array(624);position;constructor(e){this.words[0]=e;for(let t=1;t<624;t++)this.words[t]=Math.
imul(1812433253,this.words[t-1]^this.words[t-1]>>>30)+t;this.position=624}clone(){let e=new r(0);return e.words.set(this.
words),e.position=this.position,e}nextWord(){this.position===624&&this.refill();let e=this.words[this.position++];return e^=
e>>>11,e^=e<<7&2636928640,e^=e<<15&4022730752,(e^e>>>18)>>>0}refill(){let{words:e}=this;for(let t=0;t<624;t++){let s=e[t]&
2147483648|e[(t+1)%624]&2147483647;e[t]=e[(t+397)%624]^s>>>1^(s&1?2567483615:0)}this.position=0}uniform(e){return Float32Array.
from({length:e},()=>(this.nextWord()&16777215)/2**24)}normal(e){if(e<16)return this.normal(16).slice(0,e);let t=this.uniform(
e);for(let s=0;s+16<=e;s+=16)Nu(t.subarray(s,s+16));if(e%16){let s=t.subarray(e-16);s.set(this.uniform(16)),Nu(s)}return t}integersBelow(e,t){
return Int32Array.from({length:t},()=>this.nextWord()%e)}permutation(e){let t=Int32Array.from({length:e},(s,n)=>n);for(let s=0;s<
e-1;s++){let n=s+this.nextWord()%(e-s);[t[s],t[n]]=[t[n],t[s]]}return t}};function Nu(r){for(let e=0;e<16/2;e++){let t=Math.
sqrt(-2*Math.log(1-r[e])),s=2*Math.PI*r[e+16/2];r[e]=t*Math.cos(s),r[e+16/2]=t*Math.sin(s)}}var Fu=5,Nw=4,sl=2e3,Fn=2**16,Dn=256,Du=40,Fw=Float64Array.from({length:Dn*Du+1},(r,e)=>Math.exp(-e/Dn)),_n=class{sample;exponent;sampleKernelMean;constructor(e,t){
this.sample=t,this.exponent=2*(Nw*_w(e))**2,this.sampleKernelMean=this.kernelMean(t)}distanceOf(e){let t=0;for(let s=0;s<
e.rows;s++)t+=this.kernelSum(e,s,this.sample,0);return this.kernelMean(e)+this.sampleKernelMean-2*t/(e.rows*this.sample.
rows)}kernelMean(e){let t=0;for(let s=0;s<e.rows;s++)t+=this.kernelSum(e,s,e,s+1);return 2*t/(e.rows*(e.rows-1))}kernelSum(e,t,s,n){
let[o,i]=[e.values[2*t],e.values[2*t+1]],a=0;for(let l=2*n;l<s.values.length;l+=2){let h=Dw(((o-s.values[l])**2+(i-s.values[l+
1])**2)/this.exponent);for(let m=0;m<Fu;m++){a+=h;let d=h*h;h=d*d}}return a/Fu}};function Dw(r){if(!(r<Du))return 0;let e=Math.
floor(r*Dn),t=r-e/Dn;return Fw[e]*(1-t*(1-t/2))}function _w(r){let{values:e}=r.sample(sl,new Q(0)),t=new Float32Array(sl*
(sl-1)/2),s=0;for(let n=0;n<e.length;n+=2)for(let o=n+2;o<e.length;o+=2)t[s++]=(e[n]-e[o])**2+(e[n+1]-e[o+1])**2;return Math.
sqrt(Bw(t))}function Bw(r){let e=new Uint32Array(r.buffer),t=new Uint32Array(Fn);for(let a=0;a<e.length;a++)t[e[a]>>>16]++;
let s=e.length>>1,n=0;for(;s>=t[n];)s-=t[n++];let o=new Uint32Array(Fn);for(let a=0;a<e.length;a++)e[a]>>>16===n&&o[e[a]&
Fn-1]++;let i=0;for(;s>=o[i];)s-=o[i++];return new Float32Array(Uint32Array.of(n*Fn+i>>>0).buffer)[0]}var _u={reconstruction:["encoder","decoder"],discrimination:["discriminator","content_discriminator"],generation:["encod\
er"],classification:["encoder"]},rl=(r,e)=>r.model.infer(e.noisy,r.draws.noise),Bu=(r,e)=>r.draws.addNoise(e,r.rules.discriminator_noise),
Bn=({model:r},e,t)=>r.kind.discriminator_sees_content?t:r.kind.labels==="discriminator"?e.y:null,Hw={kl:(r,{gaussian:e})=>Iu(
e,r.model.prior),mmd:(r,{z:e})=>Ru(e,r.draws.samplePrior(e.rows,null),r.model.prior.spread),sliced:(r,{z:e})=>Ou(e,r.draws.
samplePrior(e.rows,null),r.draws.noise(r.projections,e.columns))};function zw(r,e){let{model:t}=r,s=rl(r,e),{z:n,y:o}=s,
i=t.decode(n,t.kind.categorical?o:e.y),a=Eu(r.cost,e.x,i.outputs),l=Object.entries(t.kind.prior_cost_weights).map(([m,d])=>({
weight:d,...Hw[m](r,s)})),h=()=>{let m=t.decoder.backward(i,a.slopes()),d=m.inputs(),p=d.columns-n.columns,f=t.kind.categorical&&
o?tl(o,Ge(d,0,p)):null,g={z:Ge(d,p),logits:f};for(let{weight:y,slopes:w}of l)for(let[S,M]of Object.entries(w())){let T=g[S]?.
values;g[S]=R(M,(L,N)=>(T?.[N]??0)+y*L)}let b=t.encoderGradients(s,g);return new Map([[t.encoder,b],[t.decoder,m.gradients]])};
return{cost:l.reduce((m,{weight:d,cost:p})=>m+d*p,a.cost),gradients:h,codes:s}}function Uw(r,e){let{nets:t}=r.model,s=rl(
r,e),{z:n,y:o}=s,i=Bn(r,e,o),a=r.draws.samplePrior(n.rows,r.model.kind.discriminator_sees_content?null:i),l=Bu(r,On(a,n)),
h=[{net:t.discriminator,pass:r.model.discriminate(l,i&&On(i,i))}];o&&h.push({net:t.content_discriminator,pass:t.content_discriminator.
forward(On(r.draws.sampleContent(o.rows),o))});let m=h.map(({net:y,pass:w})=>({net:y,pass:w,...ku(w.outputs)})),d=()=>new Map(
m.map(({net:y,pass:w,slopes:S})=>[y,y.backward(w,S()).gradients])),[{pass:{outputs:p},real:f,fake:g}]=m;return{cost:m.reduce(
(y,w)=>y+w.cost,0),gradients:d,codes:s,terms:{real:f,fake:g},codeLogits:Te(p,n.rows,2*n.rows),prior:a,priorLogits:Te(p,0,
n.rows)}}function qw(r,e){let{model:t}=r,s=rl(r,e),{z:n,y:o}=s,i=t.discriminate(Bu(r,n),Bn(r,e,o)),a=Qa(i.outputs),l=t.nets.
content_discriminator,h=o&&l.forward(o),m=h&&Qa(h.outputs),d=()=>{let p=Ge(t.nets.discriminator.inputGradient(i,a.slopes()),
0,n.columns),f=o&&h&&m&&l.inputGradient(h,m.slopes());return new Map([[t.encoder,t.encoderGradients(s,{z:p,logits:f&&tl(
o,f)})]])};return{cost:a.cost+(m?.cost??0),gradients:d,codes:s,terms:{fool:a.cost},codeLogits:i.outputs}}function Gw(r,e){
let{x:t,y:s}=e.labelled,n=r.model.infer(t,r.draws.noise),o=Pu(n.logits,s);return{cost:o.cost,gradients:()=>new Map([[r.model.
encoder,r.model.encoderGradients(n,{logits:o.slopes()})]]),codes:n}}var nl={reconstruction:zw,discrimination:Uw,generation:qw,
classification:Gw};function ol(r,e,t){let{cost:s,gradients:n}=nl[e](r,t);return r.optimisers.get(e)?.descend(n()),s}var Vw={reconstruction:c("reconstruction"),discrimination:c("discrimination"),generation:c("generation"),classification:c(
"classification")},fr=6,jt=40,jw=500,Ww=1.15,Hu=1.25,Kw=.97,$w=5e5,Xw=400,Hn=class{training;phases;plottedImages;counts;costs={};distances=[];batch=null;isBatchUsed=!1;sample;regionSample;distance;minHalfWidth;halfWidth;centre;constructor(e,t){
this.training=e,this.phases=e.model.kind.phases,this.plottedImages=t,this.counts=Object.fromEntries(this.phases.map(o=>[
o,0]));let{prior:s,kind:n}=e.model;this.sample=s.sample(jw,new Q(0)),this.regionSample=n.prior?s.sample(Cn,new Q(1)):null,
this.distance=n.prior?new _n(s,this.sample):null,this.minHalfWidth=s.extent*(s.bounded?Ww:1),this.halfWidth=this.minHalfWidth,
this.centre=s.centre}get roundPhases(){return this.phases.flatMap(e=>Array(e==="discrimination"?this.training.rules.d_steps:
1).fill(e))}step(e){let t=ol(this.training,e,this.batchFor(e));this.counts[e]+=1,pr(t,e)}stepWithRecord(e){let{training:t}=this,
s=this.batchFor(e),n=Object.entries(t.model.nets),o=n.map(([,m])=>m.parameters.map(d=>d.slice())),[i,a]=[al(il(t),e,s),il(
t)];pr(ol(t,e,s),e);let l=al(a,e,s);pr(l.cost,e),this.counts[e]+=1,this.costs[e]=[i.cost,l.cost];let h=n.map(([m,d],p)=>[
m,Jw(o[p],d.parameters)]);return this.makeRecord(e,i,l,Object.fromEntries(h.filter(([,m])=>m)))}previewStep(){let[e]=this.
phases;this.batch??=this.nextBatch();let t=al(il(this.training),e,this.batch);return pr(t.cost,e),this.makeRecord(e,t,t,
{})}batchFor(e){let t=e===this.phases[0];return(!this.batch||t&&this.isBatchUsed)&&(this.batch=this.nextBatch()),this.isBatchUsed||=
t,this.batch}nextBatch(){this.isBatchUsed=!1;let e=this.training.currentBatch();return this.training.stepCount+=1,e}makeRecord(e,t,s,n){
let{x:o,noisy:i,labelled:a}=this.batch,l=e==="classification"&&a?{x:a.x,noisy:a.x}:{x:o,noisy:i},h=Object.keys(this.training.
model.nets).filter(m=>!(m in n));return{phase:e,batch:this.training.stepCount,x:Te(l.x,0,fr),noisy:Te(l.noisy,0,fr),before:t,
after:s,moved:n,still:h}}planeState(){let{model:e}=this.training,{z:t,y:s}=e.represent(this.plottedImages);pr(t.values.reduce(
(a,l)=>Math.max(a,Math.abs(l)),0),"last"),this.adjustHalfWidth(t);let n=a=>e.judgeAnywhere(a),o=()=>e.kind.discriminator_sees_content?
R(e.discriminate(t,s).outputs,V):n(t),i=!!e.nets.discriminator;return{codes:t,contents:s&&Yw(s),distance:this.distance?.
distanceOf(t)??null,half:this.halfWidth,centre:this.centre,surface:i?F(jt,jt,n(this.gridPoints()).values):null,meanD:i?[
zu(o().values),zu(n(this.sample).values)]:null}}recordDistance(e){this.distances=Zw([...this.distances,e])}gridPoints(){
let e=t=>((2*t+1)/jt-1)*this.halfWidth;return R(F(jt*jt,2),(t,s)=>this.centre[s%2]+e(s%2?Math.floor(s/2/jt):(s>>1)%jt))}adjustHalfWidth({
rows:e,values:t}){let n=Float64Array.from({length:e},(o,i)=>Math.max(...[0,1].map(a=>Math.abs(t[2*i+a]-this.centre[a])))).
sort()[Math.round(Kw*(e-1))];for(;this.halfWidth<Math.min(n,$w);)this.halfWidth*=Hu;for(;this.halfWidth>this.minHalfWidth&&
n<this.halfWidth/2;)this.halfWidth/=Hu;this.halfWidth=Math.max(this.halfWidth,this.minHalfWidth)}},Yw=({rows:r,columns:e,
values:t})=>Int16Array.from({length:r},(s,n)=>{let o=t.subarray(n*e,(n+1)*e);return o.indexOf(Math.max(...o))}),zu=r=>Array.
from(r).reduce((e,t)=>e+t,0)/r.length,il=({model:r,draws:e,rules:t,cost:s,projections:n})=>({model:r,draws:e.clone(),rules:t,
cost:s,projections:n});function al(r,e,t){let{model:s}=r,{cost:n,codes:{z:o,y:i},terms:a={},codeLogits:l,prior:h=null,priorLogits:m}=nl[e](
r,t),d=l??(s.nets.discriminator?s.discriminate(o,Bn(r,t,i)).outputs:null),p=s.kind.categorical?i:t.y,f=i&&s.nets.content_discriminator.
forward(i).outputs,g=s.decode(Te(o,0,fr),p&&Te(p,0,fr)).outputs;return{z:o,xhat:R(g,dr[r.cost].mean),dOfZ:d&&R(d,V),y:i&&
Te(i,0,fr),dOfY:f&&R(f,V),prior:h,dOfPrior:m?R(m,V):null,cost:n,terms:a}}var Zw=r=>r.length>Xw?r.filter((e,t)=>t%2===0||
t===r.length-1):r;function Jw(r,e){let t=0;return e.forEach((s,n)=>{let o=r[n];for(let i=0;i<s.length;i++)t+=(s[i]-o[i])**
2}),Math.sqrt(t)}function pr(r,e){if(!Number.isFinite(r))throw new Error(c("Training diverged in the {phase} step: a val\
ue is no longer finite. Press Reset, and use smaller learning rates.",{phase:Vw[e]??e}))}var Qw=50,ll=200,ev=6,tv=2;function Uu(r,e){let t=Array.from(r);return Array.from({length:ev},(n,o)=>t.find(i=>e[i]===o)).
filter(n=>n!==void 0)}function qu(r,e,t){let{model:s,data:n,seed:o,cost:i}=r,a=r.imagesAt(Int32Array.of(t)),l=F(ll,a.columns);
for(let b=0;b<ll;b++)l.values.set(a.values,b*a.columns);let h=new Q(o+tv+e),m=s.infer(l,(b,y)=>F(b,y,h.normal(b*y))),d=Tt(
new Int32Array(ll).fill(n.labels[t]),n.classes),p=s.kind.categorical?m.y:d,{costs:f,slopes:g}=sv(s,i,l,m.z,p);return{codes:m.
z.values.slice(0,2*Qw),byDraw:g,byScore:rv(m,f)}}function sv(r,e,t,s,n){let{cost:o,slope:i}=dr[e],a=r.decode(s,n),l=new Float64Array(
t.rows);a.outputs.values.forEach((p,f)=>l[Math.floor(f/t.columns)]+=o(p,t.values[f]));let h=R(a.outputs,(p,f)=>i(p,t.values[f])),
m=r.decoder.inputGradient(a,h),d=m.columns-s.columns;return{costs:l,slopes:Float32Array.from(l,(p,f)=>m.values[f*m.columns+
d])}}function rv({gaussian:r,z:e},t){if(!r)return null;let{logVariance:s,epsilon:n}=r;return Float32Array.from(t,(o,i)=>{
let a=i*e.columns;return o*n.values[a]/Math.exp(.5*s.values[a])})}function Wu(r){let{training:e,batch:t,isBatchUsed:s,counts:n,costs:o,distances:i,halfWidth:a}=r,{random:l,samplesAhead:h}=e.
draws;return{weights:hl(r),velocities:ml(r),words:l.words,position:l.position,samplesAhead:h,stepCount:e.stepCount,noisy:t&&
t.noisy!==t.x?{x:t.noisy,labelled:t.labelled&&t.labelled.x}:null,isBatchUsed:s,counts:n,costs:o,distances:i,halfWidth:a}}
function Ku(r,e){if(!nv(r,e))return!1;let{training:t}=r,{random:s}=t.draws,{noisy:n,isBatchUsed:o,counts:i,costs:a,distances:l,
halfWidth:h}=e;Gu(hl(r),e.weights),Gu(ml(r),e.velocities),s.words.set(e.words),s.position=e.position,t.draws.samplesAhead=
e.samplesAhead,t.stepCount=e.stepCount;let m=$u(r,e.stepCount);return m&&n&&(m.noisy=n.x,m.labelled&&n.labelled&&(m.labelled.
x=n.labelled)),Object.assign(r,{batch:m,isBatchUsed:o,counts:i,costs:a,distances:l,halfWidth:h}),!0}var hl=({training:r})=>Object.
values(r.model.nets).flatMap(e=>e.parameters),ml=({training:r})=>[...r.optimisers.values()].flatMap(e=>[...e.velocities.
values()].flat()),$u=({training:r},e)=>e?r.cleanBatch(e-1):null;function Gu(r,e){r.forEach((t,s)=>t.set(e[s]))}function nv(r,e){
let{random:t,samplesAhead:s}=r.training.draws;return zn(e)&&ju(e.weights,hl(r))&&ju(e.velocities,ml(r))&&ul(e.words,t.words)&&
Un(e.position)&&e.position<=t.words.length&&cl(e.samplesAhead,e.samplesAhead?.rows,s.columns)&&Un(e.stepCount)&&ov(e.noisy,
$u(r,e.stepCount))&&typeof e.isBatchUsed=="boolean"&&zn(e.counts)&&Object.keys(e.counts).length===r.phases.length&&r.phases.
every(n=>Un(e.counts[n]))&&zn(e.costs)&&Object.entries(e.costs).every(([n,o])=>r.phases.includes(n)&&Vu(o,2))&&Vu(e.distances)&&
Number.isFinite(e.halfWidth)&&e.halfWidth>=r.minHalfWidth}var zn=r=>typeof r=="object"&&r!==null&&!Array.isArray(r),Un=r=>Number.
isSafeInteger(r)&&Number(r)>=0,Vu=(r,e)=>Array.isArray(r)&&r.length===(e??r.length)&&r.every(Number.isFinite),ul=(r,e)=>r instanceof
e.constructor&&r.length===e.length&&r.every(Number.isFinite),ju=(r,e)=>Array.isArray(r)&&r.length===e.length&&e.every((t,s)=>ul(
r[s],t)),cl=(r,e,t)=>Un(e)&&r?.rows===e&&r.columns===t&&ul(r.values,new Float32Array(e*t));function ov(r,e){if(r===null)
return!0;if(!e||!zn(r))return!1;let[{x:t,labelled:s},n]=[r,e.labelled];return cl(t,e.x.rows,e.x.columns)&&(n?cl(s,n.x.rows,
n.x.columns):s===null)}var I=64,ne=I*I,qn=10,Wt=3,gr=2*Wt/I,dl=`${I}.`,iv=256,fe=r=>r&15,nt=r=>(r>>4)-1,fl=(r,e)=>r|e+1<<4;function ot(r){let e=new Uint8Array(
ne),t=r.startsWith(dl)?r.slice(dl.length).replaceAll("-","+").replaceAll("_","/"):"?",s=0;try{let n=atob(t);for(let o=0;o+
1<n.length;o+=2){let i=s+n.charCodeAt(o)+1;e.fill(n.charCodeAt(o+1),s,i),s=i}}catch{s=-1}if(s!==ne)throw new Error(c("Th\
e painting is damaged. Clear it and paint again."));return e}function Kt(r){let e="";for(let t=0;t<ne;){let s=t+1;for(;s<
ne&&s-t<iv&&r[s]===r[t];)s++;e+=String.fromCharCode(s-t-1,r[t]),t=s}return dl+btoa(e).replaceAll("+","-").replaceAll("/",
"_").replaceAll("=","")}var gl=O(r=>new pl(ot(r))),pl=class{strength;cumulative=new Float64Array(ne+1);total;constructor(e){
this.strength=Float64Array.from(e,fe),this.strength.forEach((t,s)=>this.cumulative[s+1]=this.cumulative[s]+t),this.total=
this.cumulative[ne]}density(e,t){let[s,n]=[Math.floor((e+Wt)/gr),I-1-Math.floor((t+Wt)/gr)];return s>=0&&s<I&&n>=0&&n<I?
this.strength[n*I+s]/this.total/gr**2:0}sample(e){let t=At(this.cumulative,e()*this.total);return[(t%I+e())*gr-Wt,Wt-(Math.
floor(t/I)+1-e())*gr]}};var oe={shift:1.4,along:.5,across:.1},Ce={radius:3,angle:4*Math.PI,steps:4096},bl=Math.log(2*Math.PI),As={gaussian:{sample:(r,e,t)=>Array.
from({length:e},()=>Gn(t)),logDensity:(r,{scale:e})=>-.5*Array.from(r).reduce((s,n)=>s+(n/e)**2,0)-r.length*(Math.log(e)+
.5*bl)},mixture:{isPlanar:!0,sample:({components:r},e,t)=>{let s=Vn(Math.floor(r*t()),r);return Array.from({length:e/2},
()=>vl(Gn(t),Gn(t),s)).flat()},logDensity:(r,{scale:e,components:t})=>{let s=Array.from({length:t},(n,o)=>av(r,e,Vn(o,t)));
return yl(s)}},"swiss-roll":{isPlanar:!0,sample:(r,e,t)=>br(Math.sqrt(t()))},uniform:{sample:(r,e,t)=>Array.from({length:e},
()=>Math.sqrt(3)*(2*t()-1)),logDensity:(r,{scale:e})=>{let t=Math.sqrt(3)*e;return Array.from(r).every(s=>Math.abs(s)<=t)?
-r.length*Math.log(2*t):-1/0}},gamma:{sample:({shape:r},e,t)=>Array.from({length:e},()=>Xu(r,t)),logDensity:(r,{scale:e,
shape:t})=>{let s=lv(t)+Math.log(e);return Array.from(r).reduce((n,o)=>o<0?-1/0:n+(t===1?0:(t-1)*Math.log(o/e))-o/e-s,0)}},
painted:{sample:({painting:r},e,t)=>gl(r??"").sample(t),logDensity:(r,{scale:e,painting:t})=>Math.log(gl(t??"").density(
r[0]/e,r[1]/e)/e**2)}},Gn=r=>Math.sqrt(-2*Math.log(1-r()))*Math.cos(2*Math.PI*r());function Xu(r,e){if(r<1)return Xu(r+1,
e)*(1-e())**(1/r);let t=r-1/3;for(;;){let s=Gn(e),n=(1+s/Math.sqrt(9*t))**3;if(n>0&&Math.log(1-e())<.5*s*s+t-t*n+t*Math.
log(n))return t*n}}function yl(r){let e=Math.max(...r);return e===-1/0?e:e+Math.log(r.reduce((t,s)=>t+Math.exp(s-e),0)/r.
length)}function av(r,e,t){let s=0;for(let n=0;n<r.length;n+=2){let[o,i]=wl(r[n],r[n+1],e,t);s-=.5*(o*o+i*i),s-=bl+Math.
log(oe.along*oe.across*e*e)}return s}function Vn(r,e){let t=2*Math.PI*r/e;return[Math.cos(t),Math.sin(t)]}function wl(r,e,t,[
s,n]){return[((r*s+e*n)/t-oe.shift)/oe.along,(e*s-r*n)/t/oe.across]}function vl(r,e,[t,s]){let[n,o]=[oe.shift+oe.along*r,
oe.across*e];return[n*t-o*s,n*s+o*t]}var br=r=>[Ce.radius*r*Math.cos(Ce.angle*r),Ce.radius*r*Math.sin(Ce.angle*r)];function lv(r){
let e=0;for(;r<8;r++)e-=Math.log(r);let t=1/(12*r)-1/(360*r**3)+1/(1260*r**5);return e+(r-.5)*Math.log(r)-r+.5*bl+t}var Ts=class{knots;logDensities;constructor({prior_x:e,prior_y:t,prior_log:s}){this.knots=[e,t].flatMap(n=>n?[n.values]:
[]),this.logDensities=s?.values??new Float32Array(0)}contains(e){return this.knots.every((t,s)=>e[s]>=t[0]&&e[s]<=t[t.length-
1])}logDensity(e){if(!this.contains(e))return NaN;let[t,s]=[0,1].map(a=>this.knots[a]?re(this.knots[a],e[a]):0),[n,o]=[Math.
floor(t),Math.floor(s)],i=a=>{let l=a*this.knots[0].length+n;return Yu(this.logDensities[l],this.logDensities[l+1],t-n)};
return s>o?Yu(i(o),i(o+1),s-o):i(o)}};function Yu(r,e,t){return Number.isFinite(r)&&Number.isFinite(e)?r+(e-r)*t:t<.5?r:
e}var xl=2e3,Zu=2**-13,Ct=class{name;scale;regions;bounded;extent;centre;constructor({name:e,scale:t,components:s,support:n,
extent:o,centre:i}){this.name=e,this.scale=t,this.regions=s,this.bounded=n==="bounded",this.extent=o,this.centre=i}sample(e,t){
return F(e,2,t.normal(2*e).map(s=>s*this.scale))}sampleRegions(e,t){return this.sample(e.length,t)}codesAtScale(e){return F(
e.length,2,Float32Array.from(e.flat(),t=>this.scale*t))}regionOfCodes(e){return new Int32Array(e.rows)}logDensity(e){return{
values:new Float64Array(e.rows),slopes:R(e,()=>0)}}#e=O(()=>{let e=this.sample(xl,new Q(0)),t=Nn(e).map(s=>s/xl);return 2/
(xl-1)*e.values.reduce((s,n,o)=>s+(n-t[o%2])**2,0)});get spread(){return this.#e()}},Sl=class extends Ct{sample(e,t){return F(
e,2,t.uniform(2*e).map(s=>(2*s-1)*Math.sqrt(3)*this.scale))}},Ml=class extends Ct{sample(e,t){return this.sampleRegions(
t.integersBelow(this.regions,e),t)}sampleRegions(e,t){let s=t.normal(2*e.length);return this.codesAtScale(Array.from(e,(n,o)=>vl(
s[2*o],s[2*o+1],this.directionOf(n))))}directionOf(e){return Vn(e,this.regions)}petalOffsets({values:e},t){return Array.
from({length:this.regions},(s,n)=>wl(e[2*t],e[2*t+1],this.scale,this.directionOf(n)))}regionOfCodes(e){return Int32Array.
from({length:e.rows},(t,s)=>{let n=this.petalOffsets(e,s).map(([o,i])=>Math.hypot(o,i));return n.indexOf(Math.min(...n))})}logDensity(e){
let[t,s]=[new Float64Array(e.rows),R(e,()=>0)],n=-Math.log(2*Math.PI*oe.along*oe.across*this.scale**2*this.regions);for(let o=0;o<
e.rows;o++){let i=this.petalOffsets(e,o),a=i.map(([m,d])=>-.5*(m*m+d*d)),l=Math.max(...a),h=a.reduce((m,d)=>m+Math.exp(d-
l),0);t[o]=n+l+Math.log(h),i.forEach(([m,d],p)=>{let[f,g]=this.directionOf(p),b=Math.exp(a[p]-l)/h/this.scale;s.values[2*
o]-=b*(m/oe.along*f-d/oe.across*g),s.values[2*o+1]-=b*(m/oe.along*g+d/oe.across*f)})}return{values:t,slopes:s}}},Al=class extends Ct{arcTable=this.
arcPoints(Float64Array.from({length:Ce.steps},(e,t)=>t/(Ce.steps-1)));sample(e,t){return this.arcPoints(t.uniform(e).map(
Math.sqrt))}sampleRegions(e,t){return this.arcPoints(t.uniform(e.length).map((s,n)=>Math.sqrt((e[n]+s)/this.regions)))}arcPoints(e){
return this.codesAtScale(Array.from(e,br))}regionOfCodes({rows:e,values:t}){let s=this.arcTable.values;return Int32Array.
from({length:e},(n,o)=>{let[i,a]=[t[2*o],t[2*o+1]],[l,h]=[0,1/0];for(let m=0;m<Ce.steps;m++){let d=(s[2*m]-i)**2+(s[2*m+
1]-a)**2;d<h&&([l,h]=[m,d])}return Math.min(Math.floor((l/(Ce.steps-1))**2*this.regions),this.regions-1)})}},Tl=class extends Ct{cells;massBefore;halfWidth;cellWidth;constructor(e){
super(e);let t=ot(e.painting),s=Int32Array.from({length:ne},(a,l)=>(I-1-Math.floor(l/I))*I+l%I),n=[...s.keys()].filter(a=>fe(
t[s[a]]));this.cells=n.map(a=>({k:a,owner:nt(t[s[a]]),strength:fe(t[s[a]])})),this.cells.sort((a,l)=>a.owner-l.owner||a.
k-l.k);let o=this.cells.reduce((a,{strength:l})=>a+l,0),i=0;this.massBefore=new Float32Array([0,...this.cells.map(({strength:a})=>(i+=
a)/o)]),this.halfWidth=Wt*this.scale,this.cellWidth=2*this.halfWidth/I}sample(e,t){return this.sampleCells(t.uniform(e).
map(s=>At(this.massBefore,s)),t)}sampleRegions(e,t){let s=Array.from({length:this.regions},(n,o)=>[this.cells.findIndex(
({owner:i})=>i===o),this.cells.findLastIndex(({owner:i})=>i===o)+1]);return this.sampleCells(t.uniform(e.length).map((n,o)=>{
let[i,a]=s[e[o]],l=this.massBefore[i]+n*(this.massBefore[a]-this.massBefore[i]);return Math.min(a-1,Math.max(i,At(this.massBefore,
Math.fround(l))))}),t)}sampleCells(e,t){let s=t.uniform(2*e.length);return F(e.length,2,s.map((n,o)=>{let{k:i}=this.cells[e[o>>
1]];return((o%2?Math.floor(i/I):i%I)+Math.min(1-Zu,Math.max(Zu,n)))*this.cellWidth-this.halfWidth}))}regionOfCodes({rows:e,
values:t}){return Int32Array.from({length:e},(s,n)=>{let[o,i]=[0,1].map(h=>Math.min(I-1,Math.max(0,Math.floor((t[2*n+h]+
this.halfWidth)/this.cellWidth)))),[a,l]=[0,1/0];for(let{k:h,owner:m}of this.cells){let d=(h%I-o)**2+(Math.floor(h/I)-i)**
2;d<l&&([a,l]=[m,d])}return a})}},Cl=class extends Ct{samples;table;constructor(e,{samples:t,table:s}){super(e),this.samples=
t,this.table=s&&new Ts(s)}sample(e,t){let s=t.integersBelow(this.samples.length/2,e);return F(e,2,Float32Array.from({length:2*
e},(n,o)=>this.samples[2*s[o>>1]+o%2]))}logDensity(e){let[t,s]=[new Float64Array(e.rows),R(e,()=>0)],{table:n}=this;if(!n)
return{values:t,slopes:s};for(let o=0;o<e.rows;o++){let i=e.values.subarray(2*o,2*o+2),a=n.knots.map(h=>(h[h.length-1]-h[0])/
h.length/8),l=n.knots.map((h,m)=>Math.min(h[h.length-1]-a[m],Math.max(h[0]+a[m],i[m])));t[o]=n.logDensity(l);for(let h of[
0,1]){let[m,d]=[-1,1].map(f=>n.logDensity(l.map((g,b)=>g+(b===h?f*a[h]:0)))),p=(d-m)/(2*a[h]);s.values[2*o+h]=p,t[o]+=p*
(i[h]-l[h])}}return{values:t,slopes:s}}},cv={gaussian:Ct,uniform:Sl,mixture:Ml,"swiss-roll":Al,painted:Tl},El=(r,e)=>e?new Cl(
r,e):new cv[r.name](r);var $t=class{layers;constructor(e){this.layers=e.slice(1).map((t,s)=>({W:F(e[s],t),b:new Float32Array(t)}))}initialise(e){
for(let t of this.layers){let{rows:s,columns:n}=t.W,o=Math.sqrt(2/s);t.W=Rn(F(n,s,e.normal(s*n).map(i=>o*i))),t.b.fill(0)}}get parameters(){
return this.layers.flatMap(({W:e,b:t})=>[e.values,t])}forward(e){let t=[e];return this.layers.forEach(({W:s,b:n},o)=>t.push(
In(t[o],s,n,o<this.layers.length-1))),{layerInputs:t,outputs:t.pop()}}backward({layerInputs:e},t){let s=[];for(let n=this.
layers.length-1;n>=0;n--)s.unshift(In(Rn(e[n]),t).values,Nn(t)),n&&(t=this.backThroughLayer(n,e,t));return{gradients:s,inputs:()=>this.
backThroughLayer(0,e,t)}}inputGradient({layerInputs:e},t){for(let s=this.layers.length-1;s>=0;s--)t=this.backThroughLayer(
s,e,t);return t}backThroughLayer(e,t,s){let n=In(s,Rn(this.layers[e].W)),o=t[e].values;if(e)for(let i=0;i<o.length;i++)o[i]>
0||(n.values[i]=0);return n}};var Et=2,kl=10;function hv(r,e){return r.labels==="discriminator"?e+1:r.discriminator_sees_content?e:0}var jn=class{kind;classes;prior;noiseSize;encoder;decoder;nets;constructor(e,{
pixels:t,classes:s,hidden:n,discriminator:o,noise:i},a){this.kind=e,this.classes=s,this.prior=a;let l=e.categorical?s:0,
h=e.posterior==="gaussian"?2*Et:Et,m=hv(e,s);this.noiseSize=e.posterior==="universal"?i:0,this.encoder=new $t([t+this.noiseSize,
...n,l+h]),this.decoder=new $t([Et+(e.content?s:0),...n.toReversed(),t]),this.nets={encoder:this.encoder,decoder:this.decoder},
e.phases.includes("discrimination")&&(this.nets.discriminator=new $t([Et+m,...o,1])),e.categorical&&(this.nets.content_discriminator=
new $t([s,...o,1]))}infer(e,t){let s=this.encoder.forward(this.noiseSize?Ss(e,t(e.rows,this.noiseSize)):e),n=this.kind.categorical?
this.classes:0,o=n?Ge(s.outputs,0,n):null,i=Ge(s.outputs,n),a=o&&el(o);if(this.kind.posterior!=="gaussian")return{pass:s,
z:i,y:a,logits:o,gaussian:null};let l=Ge(i,0,Et),h=R(Ge(i,Et),p=>Math.min(kl,Math.max(-kl,p))),m=t(e.rows,Et),d=R(l,(p,f)=>p+
Math.exp(.5*h.values[f])*m.values[f]);return{pass:s,z:d,y:a,logits:o,gaussian:{mu:l,logVariance:h,epsilon:m,z:d}}}represent(e){
let{gaussian:t,z:s,y:n}=this.infer(e,F);return{z:t?.mu??s,y:n}}encoderGradients({pass:e,z:t,logits:s,gaussian:n},o){let i=o.
z??R(t,()=>0),a=i;if(n){let{logVariance:l,epsilon:h}=n,m=Ge(e.outputs,e.outputs.columns-Et).values.map(f=>+(Math.abs(f)<=
kl)),d=R(i,(f,g)=>f+(o.mu?.values[g]??0)),p=R(i,(f,g)=>{let b=f*.5*Math.exp(.5*l.values[g])*h.values[g];return m[g]*(b+(o.
logVariance?.values[g]??0))});a=Ss(d,p)}return this.encoder.backward(e,s?Ss(o.logits??R(s,()=>0),a):a).gradients}decode(e,t){
return this.decoder.forward(this.kind.content&&t?Ss(t,e):e)}discriminate(e,t){if(!t)return this.nets.discriminator.forward(
e);let s=this.kind.discriminator_sees_content?[e,t]:[e,t,F(e.rows,1)];return this.nets.discriminator.forward(Ss(...s))}judgeAnywhere(e){
if(this.kind.discriminator_sees_content)return this.judgeWithEveryContent(e);let t=this.kind.labels==="discriminator"?Tt(
this.prior.regionOfCodes(e),this.classes):null;return R(this.discriminate(e,t).outputs,V)}judgeWithEveryContent(e){let t=F(
e.rows,1);for(let s=0;s<this.classes;s++){let n=Tt(new Int32Array(e.rows).fill(s),this.classes);this.discriminate(e,n).outputs.
values.forEach((o,i)=>{t.values[i]+=V(o)/this.classes})}return t}};var Wn=class{groups;momentum;clip;rate=0;velocities;constructor(e,{momentum:t,clip:s}){this.groups=e,this.momentum=t,this.
clip=s,this.velocities=new Map(e.flat().map(n=>[n,n.parameters.map(o=>new Float32Array(o.length))]))}descend(e){for(let t of this.
groups){let s=Math.sqrt(t.flatMap(o=>e.get(o)??[]).reduce((o,i)=>o+mv(i),0)),n=Math.max(1,(s+1e-6)/this.clip);for(let o of t){
let[i,a]=[this.velocities.get(o)??[],e.get(o)??[]];o.parameters.forEach((l,h)=>this.updateParameters(l,i[h],a[h],n))}}}updateParameters(e,t,s,n){
let{momentum:o,rate:i}=this;for(let a=0;a<e.length;a++)t[a]=o*t[a]+s[a]/n,e[a]-=i*t[a]}};function mv(r){let e=0;for(let t=0;t<
r.length;t++)e+=r[t]**2;return e}var uv=100,dv=1000003,pv=2**40,Pl=class r{distribution;classes;random;samplesAhead;noise=(e,t)=>F(e,t,this.random.normal(
e*t));constructor(e,t,s,n=F(0,2)){this.distribution=e,this.classes=t,this.random=s,this.samplesAhead=n}addNoise(e,t){if(!t)
return e;let{values:s}=this.noise(e.rows,e.columns);return R(e,(n,o)=>n+t*s[o])}clone(){return new r(this.distribution,this.
classes,this.random.clone(),this.samplesAhead)}samplePrior(e,t){this.samplesAhead.rows<e&&(this.samplesAhead=this.distribution.
sample(e*uv,this.random));let s=Te(this.samplesAhead,0,e);return this.samplesAhead=Te(this.samplesAhead,e,this.samplesAhead.
rows),t?this.distribution.sampleRegions(fv(t),this.random):s}sampleContent(e){return Tt(this.random.integersBelow(this.classes,
e),this.classes)}},Kn=class{data;seed;labels;cost;projections;model;draws;rules;optimisers;rates;batchSize;stepCount;labelled;orders;constructor(e,t,s,n,o){
this.data=s,this.seed=o,this.labels=t.labels,this.cost=s.table?"real":e.cost,this.projections=t.projections,this.model=new jn(
e,{pixels:s.x.columns,classes:s.classes,hidden:t.hidden,discriminator:t.discriminator,noise:t.noise},n);let i=new Q(o);for(let a of Object.
values(this.model.nets))a.initialise(i);this.draws=new Pl(n,s.classes,new Q(o+1)),this.rules={},this.optimisers=new Map(
e.phases.map(a=>[a,this.makeOptimiser(a,t)])),this.rates=t.rates,this.batchSize=Math.min(t.batch,s.x.rows),this.stepCount=
0,this.labelled=e.labels==="classifier"?this.chooseLabelled():[],this.orders=new Map}makeOptimiser(e,{clip:t,momentum:s,
adversarial_momentum:n}){let{nets:o}=this.model,i=_u[e].flatMap(l=>o[l]??[]),a=e==="discrimination"||e==="generation";return new Wn(
e==="discrimination"?i.map(l=>[l]):[i],{clip:t,momentum:a?n:s})}applyRules(e){this.rules=e;for(let[t,s]of this.optimisers)
s.rate=(e[`${t}_rate`]??this.rates[t])*(t==="generation"?e.weight:1)}chooseLabelled(){let e=[...new Q(this.seed).permutation(
this.data.x.rows)],t=Array.from({length:this.data.classes},(n,o)=>e.filter(i=>this.data.labels[i]===o)),s=[];for(let n=0;s.
length<Math.min(this.labels,e.length);n++)s.push(...t.flatMap(o=>o.slice(n,n+1)));return s.slice(0,this.labels).sort((n,o)=>n-
o)}currentBatch(){let e=this.cleanBatch(this.stepCount),t=n=>this.draws.addNoise(n,this.rules.input_noise),s=t(e.x);return{
...e,noisy:s,labelled:e.labelled&&{...e.labelled,x:t(e.labelled.x)}}}cleanBatch(e){let{kind:t}=this.model,s=this.batchIndices(
e,this.data.x.rows,this.batchSize,0),n=this.imagesAt(s),o=t.labels==="decoder"||t.labels==="discriminator";return{x:n,noisy:n,
y:o?this.oneHotLabels(s):null,labelled:this.labelled.length?this.labelledBatch(e):null}}labelledBatch(e){let t=this.batchIndices(
e,this.labelled.length,Math.min(this.batchSize,this.labelled.length),pv).map(s=>this.labelled[s]);return{x:this.imagesAt(
t),y:this.oneHotLabels(t)}}oneHotLabels(e){return Tt(e.map(t=>this.data.labels[t]),this.data.classes)}batchIndices(e,t,s,n){
let o=Math.floor(t/s),i=this.seed*dv+Math.floor(e/o)+n,a=this.orders.get(i);a||(this.orders.size>1&&this.orders.clear(),
this.orders.set(i,a=new Q(i).permutation(t)));let l=e%o;return a.subarray(l*s,(l+1)*s)}imagesAt(e){let{x:t}=this.data,s=F(
e.length,t.columns);return e.forEach((n,o)=>s.values.set(t.values.subarray(n*t.columns,(n+1)*t.columns),o*t.columns)),s}},
fv=r=>Int32Array.from({length:r.rows},(e,t)=>r.values.subarray(t*r.columns,(t+1)*r.columns).indexOf(1));function Ll(r,[e,t],[s,n],{radius:o,strength:i,owner:a}){let l=i?fl(i,a):0,h=(p,f)=>Math.max(0,Math.floor(Math.min(p,f)-
o)),m=(p,f)=>Math.min(I-1,Math.ceil(Math.max(p,f)+o)),d=!1;for(let p=h(t,n);p<=m(t,n);p++)for(let f=h(e,s);f<=m(e,s);f++){
if(gv(f+.5,p+.5,e,t,s,n)>o)continue;let g=p*I+f;d||=r[g]!==l,r[g]=l}return d}function gv(r,e,t,s,n,o){let[i,a]=[n-t,o-s],
l=i*i+a*a,h=l?Math.max(0,Math.min(1,((r-t)*i+(e-s)*a)/l)):0;return Math.hypot(r-t-h*i,e-s-h*a)}function $n(r,e){let t=[...r.
keys()].filter(d=>fe(r[d])),s=t.reduce((d,p)=>d+fe(r[p]),0),n=d=>t.reduce((p,f)=>p+fe(r[f])*d(f),0)/s,[o,i]=[n(d=>d%I),n(
d=>Math.floor(d/I))],a=d=>(Math.atan2(i-Math.floor(d/I),d%I-o)+2*Math.PI)%(2*Math.PI),l=new Map(t.map(d=>[d,a(d)]));t.sort(
(d,p)=>Number(l.get(d))-Number(l.get(p)));let h=new Uint8Array(ne),m=0;for(let d of t){let p=fe(r[d]),f=Math.min(Math.floor(
(m+p/2)/s*e),e-1,qn-1);h[d]=fl(p,f),m+=p}return h}function Ju(r,e){let t=r.reduce((a,l)=>a+(l?1:0),0);if(!t)return c("No\
thing is painted.");let s=Math.max(1,Math.round(100*t/ne));if(!e.length)return c("{share} % of the square is painted.",{
share:s});let n=e.filter((a,l)=>!r.some(h=>nt(h)===l)),o=r.some(a=>a&&nt(a)<0);if(!n.length&&!o)return c("{share} % of t\
he square is painted, a part for each class.",{share:s});let i={share:s,classes:n.join(", ")};return n.length?o?c("{shar\
e} % of the square is painted, no part yet for {classes}, some of it for no class.",i):c("{share} % of the square is pai\
nted, no part yet for {classes}.",i):c("{share} % of the square is painted, some of it for no class.",i)}var Qu="game",ed="game.pace",td=1;function sd(r){id(Qu,r)}var rd=()=>ad(Qu);function nd(r){id(ed,r)}var od=()=>ad(ed);function id(r,e){
ld()?dn(r):Am(r,Rm({v:td,...e}))}function ad(r){let e=dn(r);if(e===null||!Y.isReopened()||ld())return null;try{let t=Om(
e);return t?.v===td?t:null}catch{return null}}var ld=()=>new URLSearchParams(Y.search()).has("lesson");var bv=20,cd=100,it=null,Il=0,yv=new te(8),Yn=class{header;fields;constructor({header:e,fields:t}){this.header=e,this.fields=
t}storeGame(){it?.game===this.header.game&&sd({setup:it.setup,state:Wu(it.live)})}async answer(e){let{do:t,rules:s,times:n=1}=e,
o=it?.game===this.header.game;(t==="begin"||t==="arrive"&&!o)&&await this.beginGame(e.setup,s,t==="arrive");let{live:i}=it;
if(s&&i.training.applyRules(s),t==="begin"||t==="arrive")return this.makeAnswer([i.previewStep()],!0);if(t==="step"){let a=e.
phase??"";for(let l=1;l<n;l++)i.step(a);return this.makeAnswer([i.stepWithRecord(a)])}return await hd(i,n-1),this.makeAnswer(
i.roundPhases.map(a=>i.stepWithRecord(a)))}async beginGame(e,t,s=!1){let{header:n}=this,o=++Il,i=wv(n.models[String(e.variant)],
String(e.posterior)),a={...i,discriminator_sees_content:i.categorical&&e.told==="content"},l=a.refused[String(e.prior)];
if(l)throw new Error(l);let h=n.data[String(e.data)],m=await yv.getOrFetch(h,async()=>xe(new Uint8Array(await ue(h,c("Th\
e data of the game"))))),d=s?rd():null,{classes:p,table:f}=m.header,g=m.fields.x.values,b=F(m.fields.labels.values.length,
g.length/m.fields.labels.values.length,Float32Array.from(g,N=>f?N:N/255)),y={...e,prior:a.labels==="discriminator"&&!n.priors[String(
e.prior)].regions?"mixture":e.prior},w=this.makePrior(String(y.prior),a.labels==="discriminator",p.length),S=new Kn(a,{...n.
nets,labels:Number(e.labels??n.nets.labels)},{x:b,labels:m.fields.labels.values,classes:p.length,table:f},w,Number(e.seed));
S.applyRules(t??Object.fromEntries(n.rules.map(({name:N,start:D})=>[N,D])));let M=S.imagesAt(Int32Array.from(m.fields.plotted.
values)),T=new Hn(S,M);if(d!==null&&vv(d.setup,y)&&Ku(T,d.state)||await hd(T,Number(e.begun),()=>o===Il),o!==Il)throw new Error(
c("Another game was begun meanwhile."));it={game:n.game,setup:y,live:T,data:m}}encodeManyTimes(e){if(!it)return null;let{
live:t,data:s}=it,{training:n,counts:o}=t,i=s.fields.labels.values,a=Uu(s.fields.plotted.values,i),l=Object.values(o).reduce(
(p,f)=>p+f,0),h=md(n.imagesAt(Int32Array.from(a)),s),m=a.map(p=>s.header.classes[i[p]]),d=a[Math.min(e,a.length-1)];return{
...qu(n,l,d),posterior:n.model.kind.posterior,hasChoice:ud(n.model.kind),examples:{images:h,names:m}}}makePrior(e,t,s){let{
extents:n,...o}=this.header.priors[e],i={...o,...n[s],components:s},[a,l,h,m]=[this.fields[`samples.${e}`],this.fields[`\
x.${e}`],this.fields[`y.${e}`],this.fields[`log.${e}`]];if(a)return El(i,{samples:a.values,...m&&{table:{prior_x:l,prior_y:h,
prior_log:m}}});let d=i.painting&&t?xv(i.painting,s):i.painting;return El({...i,painting:d})}makeAnswer(e,t=!1){let{setup:s,
live:n,data:o}=it,{training:i}=n,{kind:a}=i.model,l=n.planeState(),h=l.distance===null?null:Math.max(0,l.distance);h!==null&&
!(t&&n.distances.length)&&n.recordDistance(h);let m={codes:Xn(l.codes),labels:{values:o.fields.plotted.values.map(p=>o.fields.
labels.values[p]),shape:[l.codes.rows]}};return l.contents&&(m.contents={values:l.contents,shape:[l.contents.length]}),n.
regionSample&&(m.prior=Xn(n.regionSample)),a.prior&&(m.sample={values:n.sample.values.subarray(0,2*cd),shape:[cd,2]}),l.
surface&&(m.surface=Xn(l.surface)),e.forEach(({x:p,noisy:f,before:g,after:b},y)=>{let w=Object.entries({x:p,noisy:f,xhat:g.
xhat,xhat2:b.xhat});for(let[M,T]of w)m[`${M}.${y}`]=md(T,o);let S=Object.entries({z:g.z,z2:b.z,d:g.dOfZ,d2:b.dOfZ,y:g.y,
y2:b.y,dy:g.dOfY,dy2:b.dOfY,p:g.prior,dp:g.dOfPrior});for(let[M,T]of S)T&&(m[`${M}.${y}`]=Xn(T))}),{header:{v:1,preview:t,
phases:n.phases,counts:{...n.counts},costs:{...n.costs},classes:o.header.classes,records:e.map(Sv),size:i.batchSize,batch:i.
stepCount,distance:h,distances:n.distances,meanD:l.meanD,half:l.half,centre:l.centre,rules:i.rules,setup:s,variant:{name:String(
s.variant),summary:a.summary,prior_costs:Object.keys(a.prior_cost_weights),content:a.content,prior:a.prior,discriminator_sees_content:a.
discriminator_sees_content,y:a.y,posterior:a.posterior}},fields:m}}},ud=r=>!("kl"in r.prior_cost_weights),wv=(r,e)=>ud(r)?
{...r,posterior:e}:r;async function hd(r,e,t=()=>!0){let s=ce(void 0,bv);for(let n=0;n<e&&t();n++){for(let o of r.roundPhases)
r.step(o);await s()}}var vv=(r,e)=>Object.keys(e).every(t=>r?.[t]===e[t]);function xv(r,e){let t=ot(r),s=new Set(Array.from(
t).filter(fe).map(nt));return s.size===e&&Array.from({length:e},(o,i)=>i).every(o=>s.has(o))?r:Kt($n(t,e))}var Xn=({rows:r,
columns:e,values:t})=>({values:t,shape:e===1?[r]:[r,e]});function md({rows:r,columns:e,values:t},{header:{shape:s,levels:n}}){
let[o,i]=n??[[255],[0]],a=(l,h)=>o[h%e%o.length]*l+i[h%e%i.length];return{values:Uint8Array.from(t,(l,h)=>Math.min(255,Math.
max(0,Math.round(a(l,h))))),shape:[r,...s]}}function Sv({phase:r,batch:e,before:t,after:s,moved:n,still:o}){let i=Object.
fromEntries(Object.entries(t.terms).map(([a,l])=>[a,[l,s.terms[a]]]));return{phase:r,batch:e,loss:[t.cost,s.cost],terms:i,
moved:n,still:o}}var dd={ArrowRight:1,ArrowDown:1,ArrowLeft:-1,ArrowUp:-1};function Fe(r,e){let t=()=>[...r.querySelectorAll(e)];r.addEventListener(
"keydown",s=>{if(s.altKey||s.ctrlKey||s.metaKey)return;let n=t(),o=n.indexOf(s.target),i=s.key==="Home"?0:s.key==="End"?
n.length-1:dd[s.key]?o+dd[s.key]:-1;o<0||!n[i]||(s.preventDefault(),s.stopPropagation(),n[i].focus())}),r.addEventListener(
"focusin",s=>{let n=s.target.closest(e);if(n)for(let o of t())o.tabIndex=o===n?0:-1})}function De(r,e){let t=[...r.querySelectorAll(
e)],s=t.find(n=>n.getAttribute("tabindex")==="0")??t[0];for(let n of t)n.tabIndex=n===s?0:-1}var Xt=(r,e=0,t=0)=>Array.from({length:t?2*r:r},(s,n)=>{let o=2*Math.PI*(e+n/(t?2*r:r)),i=t&&n%2?t:1;return[i*Math.sin(o),
-i*Math.cos(o)]}),pd=[[-.35,-1],[.35,-1],[.35,-.35],[1,-.35],[1,.35],[.35,.35],[.35,1],[-.35,1],[-.35,.35],[-1,.35],[-1,
-.35],[-.35,-.35]],fd=Math.SQRT1_2,Mv=.3,Av={square:[[-.85,-.85],[.85,-.85],[.85,.85],[-.85,.85]],diamond:Xt(4).map(([r,
e])=>[1.15*r,1.15*e]),"triangle-up":Xt(3).map(([r,e])=>[1.15*r,1.15*e+.15]),"triangle-down":Xt(3,.5).map(([r,e])=>[1.15*
r,1.15*e-.15]),cross:pd,x:pd.map(([r,e])=>[fd*(r-e),fd*(r+e)]),pentagon:Xt(5),hexagon:Xt(6,1/12),star:Xt(5,0,.45).map(([
r,e])=>[1.2*r,1.2*e]),"star-diamond":Xt(4,0,.45).map(([r,e])=>[1.2*r,1.2*e]),hourglass:[[-.9,-.9],[.9,-.9],[-.9,.9],[.9,
.9]],bowtie:[[-.9,-.9],[-.9,.9],[.9,-.9],[.9,.9]]};function Zn(r,e){return new Set(r).size===r.length?r.map(()=>"circle"):
e}function Tv(r,e,t,s,n){let o=Av[e];if(!o)return os(r,t,s,.95*n);r.beginPath(),o.forEach(([i,a],l)=>r[l?"lineTo":"moveT\
o"](t+n*i,s+n*a)),r.closePath()}function Jn(r,e,t,s,n,o,i=null){let a=e===null?Math.max(1,Mv*n):0;if(Tv(r,e??"circle",t,
s,n-a/2),i&&z(r,i.colour,i.width+a),a)return z(r,o,a);r.fillStyle=o,r.fill()}var Cv=.3,gd=1e3,yr={count:200,opacity:.9},Ev=.45,kv=.7,_e=(r,e)=>e<0?is:r.colours[e%r.colours.length],Rl=(r,e)=>e<0?null:
r.shapes[e%r.shapes.length];function Ol(r,e){let t=Math.min(4.2,Math.max(1.1,22/Math.max(1,r)**.22));return Math.min(8,t*
Math.max(1,e)**.3)}function Pv(r){let e=Math.log(Math.max(r,yr.count)/yr.count)/Math.log(gd/yr.count);return yr.opacity+
(Ev-yr.opacity)*Math.min(1,e)}var Cs=class{stamps=new Map;stampsFor(e,t,s,n,o){let i=Math.round(s*4)/4;this.stamps.size>
600&&this.stamps.clear();let a=e.xy.length/2,l=a>gd?null:n,h=Math.round(100*Pv(a))/100;return Array.from({length:e.colours.
length+1},(d,p)=>p-1).map(d=>{if(t.has(d))return null;let p=o?is:_e(e,d),f=Rl(e,d),g=JSON.stringify([p,f,i,l,h,o]),b=this.
stamps.get(g)??Iv(p,f,i,l,Lv(f,h,o));return this.stamps.set(g,b),b})}};function Lv(r,e,t){return t?Cv:r===null?Math.max(
e,kv):e}var Yt=class{canvas=document.createElement("canvas");bitmap=null;stamps;constructor(e){this.stamps=e}draw(e,t,s,n,o,i){
let[a,l]=[Math.round(t.width*s),Math.round(t.height*s)];(!this.bitmap||this.bitmap.width!==a||this.bitmap.height!==l)&&(this.
canvas.width=a,this.canvas.height=l,this.bitmap=new ImageData(a,l));let h=new Uint32Array(this.bitmap.data.buffer);h.fill(
0);let m=Ol(e.xy.length/2,t.zoom)*t.markScale*s,d=t.scale*s,[p,f]=t.canvasCentre,[g,b]=[a/2-p*d,l/2+f*d],y={target:h,width:a,
height:l,scale:d,left:g,top:b};i&&this.drawStamps(y,e,this.stamps.stampsFor(e,n,m,o,!0),i,0),this.drawStamps(y,e,this.stamps.
stampsFor(e,n,m,o,!1),i,1),P(this.canvas).putImageData(this.bitmap,0,0)}drawStamps({target:e,width:t,height:s,scale:n,left:o,
top:i},{xy:a,labels:l},h,m,d){for(let p=0;p<a.length;p+=2){let f=h[(l?l[p/2]:-1)+1];if(!f||m&&m[p/2]!==d)continue;let g=Math.
round(o+a[p]*n-f.size/2),b=Math.round(i-a[p+1]*n-f.size/2);g>-f.size&&b>-f.size&&g<t&&b<s&&Rv(f,e,t,s,g,b)}}};function Iv(r,e,t,s,n){
let o=2*Math.ceil(t*1.25+1)+1,i=P(u("canvas",{width:o,height:o})),a=s!==null&&t>2?{colour:s,width:t/3}:null;Jn(i,e,o/2,o/
2,t,r,a);let{data:l}=i.getImageData(0,0,o,o);for(let h=3;h<l.length;h+=4)l[h]=Math.round(l[h]*n);return{size:o,pixels:new Uint32Array(
l.buffer)}}function Rv(r,e,t,s,n,o){let{size:i,pixels:a}=r,[l,h]=[Math.max(0,-n),Math.min(i,t-n)],m=Math.min(i,s-o);for(let d=Math.
max(0,-o);d<m;d++){let p=d*i+l,f=(o+d)*t+n+l;for(let g=l;g<h;g++,p++,f++){let b=a[p],y=b>>>24;y!==0&&(e[f]=y===255||e[f]===
0?b:Nv(b,e[f],y))}}}var Ov=Float64Array.from({length:256},(r,e)=>65536/Math.max(1,e));function Nv(r,e,t){let s=((e>>>24)*
(255-t)+127)/255,n=t+(s|0),o=t*Ov[n]+128>>8,i=256-o,a=Math.imul(r&16711935,o)+Math.imul(e&16711935,i)+8388736>>>8,l=Math.
imul(r>>>8&255,o)+Math.imul(e>>>8&255,i)+128&65280;return(n<<24|a&16711935|l)>>>0}function Qn(r,e,t=()=>!0){let s=[];for(let o=0;o<e;o++){let i=(r?r[o]:-1)+1;s[i]=(s[i]??0)+Number(t(o))}let n=new Map;return s.
forEach((o,i)=>{i>0&&n.set(i-1,o)}),s[0]!==void 0&&n.set(-1,s[0]),n}function bd(){let r=u("div",{class:"lp-legend",role:"\
group","aria-label":c("Classes shown")});return Fe(r,"button"),r}var yd=({ground:r,foot:e})=>Ie(e,()=>r.style.setProperty(
"--foot",`${e.offsetHeight}px`));function wd(r){return r.offsetWidth>0&&getComputedStyle(r).position==="absolute"?r.offsetLeft+
r.offsetWidth:0}function wr(r){let{codes:e,header:t,settings:s,parts:n}=r,o=Qn(e.labels,e.xy.length/2,a=>r.passesFilter(
a)),i=JSON.stringify([[...o],t.classes,e.colours,e.shapes]);n.legend.dataset.content!==i&&(n.legend.dataset.content=i,we(
n.legend,"button",()=>{n.legend.replaceChildren(...[...o].map(([a,l])=>Fv(r,a,l))),De(n.legend,"button")}));for(let a of n.
legend.querySelectorAll("button"))a.setAttribute("aria-pressed",String(!s.hidden.has(Number(a.dataset.label))))}function Nl(r,e){
let[t,s]=[14,2],n=u("canvas",{width:t*s,height:t*s,"aria-hidden":"true"});return Jn(P(n),r,t,t,.8*t,e),n}function Fv(r,e,t){
let s=Nl(Rl(r.codes,e),_e(r.codes,e)),n=e<0?r.header.missing??c("no class"):r.header.classes[e]??c("class {label}",{label:e}),
o=u("span",{class:"lp-class"},`${n} `),i=u("span",{class:"lp-count"},t.toLocaleString("en")),a=x("",()=>r.toggleClass(e),
{"data-label":e,"aria-pressed":"true",title:n});return a.append(s,o,i),a}var Dv=[0,.25,.5,.75,1].map(r=>{let[e,t,s,n]=ar(r);return`rgb(${e} ${t} ${s} / ${n/255})`}),vd=r=>`background:linear-gra\
dient(90deg, ${r.join()})`,_v=c("The prior: all codes should lie inside."),Bv=c("The prior: one in ten codes should lie \
outside the outer outlines."),Hv=c("Paler: outside the part of D’s surface that was saved for this step.");function xd(r,e){
let t=r.parts.key,s=!!r.pastFrame,{features:n}=r.header,o=n&&e.some(({id:h})=>h==="manifold")?n:null;r.heatKey.showFeatures(
o);let i=e.filter(h=>h.explanation),a=Sd(r.prior),l=[s,!!o,a,...i.map(({id:h})=>h)].join();t.dataset.content!==l&&(t.dataset.
content=l,t.replaceChildren(...o?[r.heatKey.host]:[],...i.map(({id:h,explanation:m})=>zv(r,h,m??""))))}function zv(r,e,t){
return e==="judge"?Fl(t,!!r.pastFrame):e==="prior"?Uv(Sd(r.prior)??t):u("p",{},t)}function Sd(r){return r.isFlat?_v:r.hasComponents?
Bv:null}var Uv=r=>u("p",{class:"lp-prior-note"},u("i",{class:"lp-prior-swatch","aria-hidden":"true"}),r),eo=class{plane;haveNamesChanged=k();select;low=u(
"span",{});high=u("span",{});host;constructor(e){this.plane=e,this.select=u("select",{"aria-label":c("Feature on the hea\
t map"),onchange:()=>e.showFeatureOnHeatMap(Number(this.select.value))});let t=u("i",{class:"lp-scale","aria-hidden":"tr\
ue",style:vd(hs.map(s=>`rgb(${s.join(" ")})`))});this.host=u("p",{class:"lp-heat"},this.select,u("span",{},this.low," ",
t," ",this.high))}showFeatures(e){if(!e)return;let{feature:t}=this.plane.settings;this.haveNamesChanged(e.names.join(`
`))&&this.select.replaceChildren(...Ye(e.names)),this.select.value=String(t);let s=n=>v(n,Bt(e,t));A(this.low,`≤ ${s(e.
lows[t])}`),A(this.high,`≥ ${s(e.highs[t])}`)}};function Fl(r,e){let t=u("i",{class:"lp-scale",role:"img","aria-label":r,
style:vd(Dv)}),s=u("p",{title:r},`${c("D(z): code")} `,t,` ${c("sample of the prior")}`);return e?u("div",{},s,u("p",{},
Hv)):s}var to=class{onHighlight;equation=u("p",{class:"gb-equation",role:"group",tabindex:"-1","aria-label":c("Equation")});purposeElement=u(
"p",{class:"gb-why"});lanes=ou.map(e=>u("li",{},u("b",{},e),u("span",{})));scoreBody=u("tbody");liveRegion=u("p",{class:"\
lp-hidden","aria-live":"polite"});root=u("div",{class:"gb-explained"},this.purposeElement,this.equation,u("ol",{class:"g\
b-lanes"},...this.lanes),this.liveRegion);scoreTable=u("table",{class:"gb-table gb-score"},u("caption",{},c("Steps taken\
, and the cost before and after the last one")),u("thead",{},u("tr",{},...[c("Phase"),c("Steps"),c("Before"),c("After")].
map(e=>u("th",{scope:"col"},e)))),this.scoreBody);constructor(e){this.onHighlight=e}showCaptions(e,t){this.lanes.forEach(
(s,n)=>{s.children[1].textContent=e[n]??"",s.classList.toggle("gb-dim",t!==null&&t!==n),s.classList.toggle("gb-now",t===
n)})}showEquation(e,t){this.purposeElement.textContent=e,we(this.equation,".gb-term",()=>this.equation.replaceChildren(...t.
map(s=>this.buildTerm(s))))}buildTerm({text:e,value:t,lights:s}){let n=[e,...t?[u("b",{},` ${t} `)]:[]];if(!s)return u("\
span",{},...n);let[o,i]=[()=>this.onHighlight(s),()=>this.onHighlight(null)];return u("button",{type:"button",class:"gb-\
term",onpointerenter:o,onfocus:o,onpointerleave:i,onblur:i},...n)}showCosts(e,t){this.scoreBody.replaceChildren(...Object.
entries(e).map(([s,n])=>u("tr",{},u("th",{scope:"row"},`${se[s].letter}: ${se[s].action}`),u("td",{},String(n)),...[0,1].
map(o=>u("td",{},t[s]?v(t[s][o],3):"–")))))}};var Ve=class{onTick;frame=0;constructor(e){this.onTick=e}get isRunning(){return this.frame>0}start(){let e=performance.now(),
t=s=>{let n=Math.min(.2,Math.max(0,s-e)/1e3);e=s,this.frame=requestAnimationFrame(t),this.onTick(n)};this.stop(),this.frame=
requestAnimationFrame(t)}stop(){cancelAnimationFrame(this.frame),this.frame=0}};var[qv,Md]=[6,16],vr=(r,e,t)=>!e.some(s=>Ea(r,s,t));function so(r,e){let t=[];for(let s of r)vr(s,t,e)&&t.push(s);return t}
function ro(r){let e=[];for(let t=1;t<=qv;t++)for(let s=0;s<Md;s++){let n=2*Math.PI*s/Md,o=t*r.halfHeight;e.push({...r,x:r.
x+o*Math.cos(n),y:r.y+o*Math.sin(n)})}return e}function no(r){return r.pca?Vv(r.pca.mean,r.pca.basis):r.axes?Gv(r.axes[0],r.axes[1]):{decodable:!1,project:()=>[NaN,NaN],
moveTo:e=>e,shownDimensions:[]}}function Gv(r,e){let t=r===e;return{decodable:!0,project:(s,n=0)=>[s[n+r],t?0:s[n+e]],moveTo:(s,n,o)=>{
let i=s.slice();return i[r]=n,t||(i[e]=o),i},shownDimensions:t?[r]:[r,e]}}function Vv(r,e){let t=(n,o,i)=>i.reduce((a,l,h)=>a+
(n[o+h]-r[h])*l,0),s=(n,o=0)=>[t(n,o,e[0]),t(n,o,e[1])];return{decodable:!0,project:s,moveTo:(n,o,i)=>{let[a,l]=s(n);return n.
map((h,m)=>h+(o-a)*e[0][m]+(i-l)*e[1][m])},shownDimensions:[]}}function kt(r,e,t){let s=Math.floor(r.length/e),n=new Float32Array(
2*s);for(let o=0;o<s;o++){let[i,a]=t.project(r,o*e);n[2*o]=i,n[2*o+1]=a}return n}var ge=(r,e,t)=>Float32Array.from(r,(s,n)=>s+
(e[n]-s)*t),Dl=(r,e,t)=>r.map(([s,n])=>e.moveTo(t,s,n));var jv=.2,Wv=.4,Ed=9,Ad=2,Kv=.7,oo=class{view=new wt;points=new Yt(new Cs);canvas=u("canvas",{class:"gb-plane",role:"img"});classes=null;state=null;previousState=null;items=null;samples=[];priorSamples=null;manyCodes=null;highlightedLayers=null;lessonHighlight="";pointedItem=-1;progress=1;clock=new Ve(
e=>this.advance(e));refresh=ae(()=>this.draw());surfaceImage=O(en);estimateRegion=O(En);priorImage=O(ds);priorRimImage=O(
am);priorRings=O(us);stopObserving=Ie(this.canvas,()=>this.refresh());constructor(){}close(){this.stopObserving(),this.clock.
stop(),this.refresh.close()}showState(e,t){this.clock.stop(),this.previousState=t&&this.state?.codes.length===e.codes.length?
this.state:null,this.state=e,this.progress=this.previousState?0:1,this.view.setHome(e.half,e.centre),this.view.goHome(),
this.previousState?this.clock.start():this.refresh()}advance(e){this.progress=Math.min(1,this.progress+e/Kv),this.progress===
1&&this.clock.stop(),this.draw()}draw(){let{canvas:e,view:t,state:s}=this,n=window.devicePixelRatio||1,[o,i]=[e.clientWidth,
e.clientHeight];if(!o||!i||!s||!this.classes)return;let[a,l]=[Math.round(o*n),Math.round(i*n)];(e.width!==a||e.height!==
l)&&([e.width,e.height]=[a,l]),t.resize(o,i),t.markScale=cs(e);let h=Ut(e,t,Ae(e),n),{pen:m}=h,d=(p,f)=>t.toScreen(p,f);
this.drawLayer(m,"surface",()=>s.surface&&Oe(h,this.surfaceImage(s.surface),s.surface)),$v(h),this.drawLayer(m,"prior",()=>this.
fillRegion(h)),this.drawLayer(m,"codes",()=>this.drawCodes(h,n)),this.drawLayer(m,"prior",()=>this.drawPrior(h)),this.manyCodes?
Zv(h,this.manyCodes):this.items&&this.drawItems(h,this.items),this.lessonHighlight&&Wr(m,{drawn:this.lessonHighlight,toScreen:d,
width:o,height:i,codes:s.codes,prior:this.samples,draws:this.manyCodes??[],places:this.items?Cd(Td(this.items,t),t.markScale):
[]})}drawLayer(e,t,s){e.globalAlpha=this.highlightedLayers&&!this.highlightedLayers.has(`plane:${t}`)?jv:1,s(),e.globalAlpha=
1}get region(){return this.priorSamples&&this.estimateRegion(this.priorSamples)}fillRegion(e){let{region:t,state:s,highlightedLayers:n}=this;
if(!t)return;let o=s?.surface&&(!n||n.has("plane:surface"));Oe(e,o?this.priorRimImage(t):this.priorImage(t),t)}drawPrior(e){
sn(e,this.samples),this.region&&tn(e,this.priorRings(this.region))}showManyCodes(e){this.manyCodes=e,this.refresh()}setLessonHighlight(e){
e!==this.lessonHighlight&&(this.lessonHighlight=e,this.refresh())}drawCodes({pen:e,view:t,theme:s},n){let{classes:o,state:i,
previousState:a,progress:l}=this;if(!o||!i)return;let h=a?ge(a.codes,i.codes,l):Float32Array.from(i.codes);this.points.draw(
{xy:h,...o},t,n,new Set,s.background,null),this.manyCodes&&(e.globalAlpha=Math.min(e.globalAlpha,Wv)),e.drawImage(this.points.
canvas,0,0,t.width,t.height)}drawItems(e,t){let{pen:s,view:n,theme:o}=e,{z:i,before:a,numberedCount:l}=t,h=(p,f)=>n.toScreen(
p[2*f],p[2*f+1]);this.drawLayer(s,"batch",()=>{for(let p=l;p<i.length/2;p++)Se(s,...h(i,p),2.5,o.text,.75)}),this.drawLayer(
s,"arrows",()=>{for(let p=0;a&&p<l;p++)Jv(e,h(a,p),h(i,p))});let m=Td(t,n),d=Cd(m,n.markScale);this.drawLayer(s,"items",
()=>{d.forEach((p,f)=>Xv(e,m[f],p)),d.forEach(([p,f],g)=>Yv(e,p,f,g,g===this.pointedItem))})}};function $v({pen:r,view:e,
theme:t}){let[s,n]=e.toScreen(0,0);r.globalAlpha=.25,r.beginPath(),r.moveTo(0,n),r.lineTo(e.width,n),r.moveTo(s,0),r.lineTo(
s,e.height),z(r,t.text,1),r.globalAlpha=1}var Td=({z:r,numberedCount:e},t)=>Array.from({length:e},(s,n)=>t.toScreen(r[2*
n],r[2*n+1]));function Cd(r,e){let t=Ed*e,s=r.map(([o,i],a)=>({item:a,x:o,y:i,halfWidth:t,halfHeight:t})),n=so(s,Ad);for(let o of s){
if(n.includes(o))continue;let i=ro(o).find(a=>vr(a,n,Ad));n.push(i??o)}return n.sort((o,i)=>o.item-i.item).map(({x:o,y:i})=>[
o,i])}function Xv(r,[e,t],[s,n]){if(e===s&&t===n)return;let{pen:o,view:i,theme:a}=r;o.beginPath(),o.moveTo(e,t),o.lineTo(
s,n),tt(r,1.25*i.markScale,3*i.markScale),Re(o,e,t,3*i.markScale,a.text),z(o,a.background,1)}function Yv({pen:r,view:{markScale:e},
theme:t},s,n,o,i){Re(r,s,n,(i?13:Ed)*e,t.background),z(r,i?t.primary:t.text,i?3.5:1.75),r.font=`bold ${Math.round((i?14:
11)*e)}px sans-serif`,r.textAlign="center",r.fillStyle=t.text,r.fillText(String(o+1),s,n+(i?5:4)*e)}function Zv({pen:r,view:e,
theme:t},s){let n=s.length/2,o=Array.from({length:n},(h,m)=>e.toScreen(s[2*m],s[2*m+1])),i=[0,1].map(h=>o.reduce((m,d)=>m+
d[h],0)/n),[a,l]=i;r.globalAlpha=.35,r.beginPath();for(let h of o)r.moveTo(a,l),r.lineTo(h[0],h[1]);z(r,t.text,.75),r.globalAlpha=
1;for(let h of o)Re(r,h[0],h[1],3.5*e.markScale,t.text),z(r,t.background,1);Re(r,a,l,7*e.markScale,t.background),z(r,t.primary,
3.5)}function Jv(r,[e,t],[s,n]){if(Math.hypot(s-e,n-t)<2)return;let{pen:o,theme:i}=r;o.beginPath(),o.moveTo(e,t),o.lineTo(
s,n),tt(r,2,5),Se(o,e,t,2.5,i.text,2)}var Es=27,Qv=456,kd={withAdversary:236,alone:132},he={top:136,height:98,firstRow:22,pitch:12,bar:9},Sr={number:7,bars:14,
barsWidth:52,verdict:70,verdictWidth:16,value:101},Id={dy:3,"font-size":"75%"},Pt={x:{place:[4,32,66,96],title:"x"},encoder:{
place:[94,50,80,60],title:c("encoder")},z:{place:[204,50,48,60],title:"z"},decoder:{place:[282,50,80,60],title:c("decode\
r")},xhat:{place:[386,32,66,96],title:"x̂"},p:{place:[66,156,108,44],title:c("prior p(z)")},D:{place:[190,156,76,44],title:"\
D"},dOfZ:{place:[290,he.top,162,he.height],title:"D(z)"},y:{place:[204,34,48,36],title:"y"},py:{place:[124,206,98,26],title:c(
"prior p(y)")},Dy:{place:[134,146,80,44],title:"D"},dOfY:{place:[4,he.top,116,he.height],title:"q(y|x)"}},Pd={"x-encoder":[
72,80,91,80],"encoder-z":[176,80,201,80],"z-decoder":[254,80,279,80],"decoder-xhat":[364,80,383,80],"z-D":[228,112,228,153],
"p-D":[176,178,187,178],"D-dOfZ":[268,178,287,178],"y-decoder":[254,52,279,66],"y-D":[272,140,254,153],"encoder-y":[176,
80,201,80],"y-Dy":[206,112,184,143],"py-Dy":[174,204,174,193],"Dy-dOfY":[132,168,122,168]},xr={"":{parts:[],hidden:[],places:{}},
inferred:{parts:["y","encoder-y","y-decoder","y-Dy","Dy","py","py-Dy","Dy-dOfY","dOfY"],hidden:["encoder-z","z-decoder"],
places:{y:[198,50,30,60],z:[228,50,30,60],"encoder-y":[176,80,195,80],"y-decoder":[260,80,279,80],"z-D":[250,112,272,143],
D:[242,146,80,44],p:[231,206,100,26],"p-D":[282,204,282,193],"D-dOfZ":[324,168,334,168],dOfZ:[336,he.top,116,he.height]}},
given:{parts:["y","y-decoder"],hidden:[],places:{z:[204,80,48,36],"encoder-z":[176,92,201,98],"z-decoder":[254,98,279,92],
"z-D":[228,118,228,153]}},told:{parts:["y","y-D"],hidden:[],places:{y:[258,118,44,22]}}},ex=[220,112,254,143],Ld={y:["z"],
"encoder-y":["encoder-z"],"y-decoder":["z-decoder"],"y-D":["z-D"],"y-Dy":["z-D"],Dy:["D"],py:["p"],"py-Dy":["p-D"],"Dy-d\
OfY":["D-dOfZ"],dOfY:["dOfZ","y"]},Bl={encoder:"encoder",decoder:"decoder",D:"discriminator",Dy:"content_discriminator"},
tx=["p","D","dOfZ","z-D","p-D","D-dOfZ"],ao=class{parts={};root;panelPlace;isOtherModel;constructor(){for(let t of Object.
keys(Pd))this.parts[t]=nx(t);for(let t of Object.keys(Pt))this.parts[t]=ox(t);this.parts.cost=C("g",{class:"gb-part","da\
ta-part":"cost"},C("path",{d:"M50 24 C 90 4, 366 4, 406 24","stroke-dasharray":"5 4"}),C("text",{x:228,y:26,class:"gb-no\
te"},c("compared: the reconstruction cost")));let[e]=Pt.dOfY.place;this.parts.dOfY.append(C("text",{x:e+Sr.verdict+Sr.verdictWidth,
y:he.top+15,class:"gb-title"},"D",C("tspan",Id,"y"))),this.root=C("svg",{preserveAspectRatio:"xMinYMin",class:"gb-graph",
role:"img"},C("defs",{},C("marker",{id:"gb-tip",viewBox:"0 0 8 8",refX:7,refY:4,markerWidth:6,markerHeight:6,orient:"aut\
o"},C("path",{d:"M0 0 L8 4 L0 8 z"}))),...Object.values(this.parts)),this.panelPlace=Pt.dOfZ.place,this.isOtherModel=k(),
this.showModel(!1,"")}showModel(e,t,s=!1){if(!this.isOtherModel(e,t,s))return;let{hidden:n}=xr[t],o=s?[...xr[t].parts,"y\
-D"]:xr[t].parts,i=s?{...xr[t].places,"y-D":ex}:xr[t].places;for(let a of Object.keys(Ld))_l(this.parts[a],o.includes(a));
for(let a of["encoder-z","z-decoder"])_l(this.parts[a],!n.includes(a));for(let a of tx)_l(this.parts[a],e);for(let[a,{place:l}]of Object.
entries(Pt))ix(a,this.parts[a],i[a]??l);for(let[a,l]of Object.entries(Pd))ax(this.parts[a],i[a]??l);this.panelPlace=i.dOfZ??
Pt.dOfZ.place,this.root.setAttribute("viewBox",`0 0 ${Qv} ${e?kd.withAdversary:kd.alone}`),this.root.setAttribute("aria-\
label",sx(e,s,o.includes("Dy")))}showItems({x:e,xhat:t,d:s,content:n}){for(let[l,h]of Object.entries({x:e,xhat:t})){let[
m,d]=Pt[l].place;me(this.parts[l],".gb-items").replaceChildren(...h.map((p,f)=>lx(p,f,m+4+(Es+4)*(f%2),d+5+(Es+3)*Math.floor(
f/2))))}let o=s?Array.from(s).slice(0,e.length):[],[i,,a]=this.panelPlace;me(this.parts.dOfZ,".gb-items").replaceChildren(
...o.map((l,h)=>cx(l,h,i,a))),me(this.parts.dOfY,".gb-items").replaceChildren(...n?e.map((l,h)=>hx(n,h)):[])}highlight(e){
for(let[t,s]of Object.entries(this.parts)){let n=[t,...Ld[t]??[]];s.classList.toggle("gb-dim",e!==null&&!n.some(o=>e.has(
o)))}}showMovement(e){for(let[t,s]of Object.entries(Bl)){let n=e?.[s]??0;this.parts[t].classList.toggle("gb-moved",n>0),
me(this.parts[t],".gb-note").textContent=e===null?"":rx(n)}}markItem(e){for(let t of this.root.querySelectorAll("[data-i\
tem]"))t.classList.toggle("gb-pointed",Number(t.getAttribute("data-item"))===e)}};function sx(r,e,t){return r?t?e?c("Gra\
ph: x, encoder, z, decoder, x̂, and D, which compares z with the prior and is told y, and a second D, which compares y w\
ith a prior of its own"):c("Graph: x, encoder, z, decoder, x̂, and D, which compares z with the prior, and a second D, w\
hich compares y with a prior of its own"):e?c("Graph: x, encoder, z, decoder, x̂, and D, which compares z with the prior\
 and is told y"):c("Graph: x, encoder, z, decoder, x̂, and D, which compares z with the prior"):c("Graph: x, encoder, z\
, decoder, x̂")}var rx=r=>r?c("moved {length}",{length:v(r,3)}):c("stood still");function _l(r,e){r.style.display=e?"":
"none"}var nx=r=>C("g",{class:"gb-part","data-part":r},C("line",{"marker-end":"url(#gb-tip)"}));function ox(r){let e=r in
Bl,t=C("text",{class:"gb-title"},Pt[r].title);return r==="Dy"&&t.append(C("tspan",Id,"y")),C("g",{class:`gb-part gb-${e?
"net":"value"}`,"data-part":r},C("rect",{rx:e?8:3}),t,...e?[C("text",{class:"gb-small gb-note"})]:[],C("g",{class:"gb-it\
ems"}))}function ix(r,e,[t,s,n,o]){let[i,a]=e.children,[l,h]=[t+n/2,s+o/2];io(i,{x:t,y:s,width:n,height:o}),io(a,{x:l,y:h+
5}),r in Bl&&(a.setAttribute("y",String(h+1)),io(me(e,".gb-note"),{x:l,y:h+17})),(r==="x"||r==="xhat")&&a.setAttribute("\
y",String(s-6)),(r==="dOfZ"||r==="dOfY")&&a.setAttribute("y",String(s+15)),r==="dOfY"&&a.setAttribute("x",String(t+Sr.bars+
Sr.barsWidth/2))}function ax(r,[e,t,s,n]){io(r.children[0],{x1:e,y1:t,x2:s,y2:n})}function io(r,e){for(let[t,s]of Object.
entries(e))r.setAttribute(t,String(s))}function lx(r,e,t,s){return C("g",{"data-item":e,class:"gb-item"},C("rect",{x:t-1,
y:s-1,width:Es+2,height:Es+2}),C("image",{href:r,x:t,y:s,width:Es,height:Es}))}var ks=r=>he.top+he.firstRow+he.pitch*r,Rd=(r,e)=>C(
"text",{x:e,y:ks(r)+9,class:"gb-small"},String(r+1));function Od(r,{x:e,y:t,width:s}){let n=r<.5?"gb-code":"gb-prior";return[
C("rect",{x:e,y:t,width:s,height:he.bar,class:"gb-rail"}),C("rect",{x:e,y:t,width:Math.max(1,s*r),height:he.bar,class:n})]}
function cx(r,e,t,s){return C("g",{"data-item":e,class:"gb-item"},Rd(e,t+10),...Od(r,{x:t+18,y:ks(e),width:s-54}),C("tex\
t",{x:t+s-17,y:ks(e)+9,class:"gb-small"},v(r)))}function hx({values:r,classes:e,verdicts:t,colours:s},n){let[o]=Pt.dOfY.
place,{number:i,bars:a,barsWidth:l,verdict:h,verdictWidth:m,value:d}=Sr,[p,f]=[l/e,ks(n)+he.bar],g=Array.from({length:e},
(b,y)=>{let w=Math.max(.5,he.bar*r[n*e+y]),S=s?{style:`fill: ${s[y]}`}:{},M={x:o+a+y*p,y:f-w,width:.8*p,height:w};return C(
"rect",{...M,...S,class:"gb-bar"})});return C("g",{"data-item":n,class:"gb-item"},Rd(n,o+i),...g,...Od(t[n],{x:o+h,y:ks(
n),width:m}),C("text",{x:o+d,y:ks(n)+9,class:"gb-small"},v(t[n])))}var zl=c("The same images everywhere: point at one, or press its number."),lo=class{onPoint;pinnedItem=-1;body=u("tbody");dHeading;contentHeadings;caption;root;constructor(e){
this.onPoint=e;let t=[c("Item"),"x",c("seen"),"z","x̂","D(z)","y","D"].map(s=>u("th",{scope:"col"},s));t[7].append(u("s\
ub",{},"y")),this.dHeading=t[5],this.contentHeadings=t.slice(6),this.caption=u("caption",{},zl),this.root=u("div",{class:"\
gb-scroll"},u("table",{class:"gb-table"},this.caption,u("thead",{},u("tr",{},...t)),this.body))}showItems(e){this.dHeading.
hidden=!e.d;for(let t of this.contentHeadings)t.hidden=!e.content;for(;this.body.children.length<e.x.length;)this.body.append(
this.buildRow(this.body.children.length));e.x.forEach((t,s)=>{let n=this.body.children[s].children;Hl(n[1],t,c("x of ite\
m {number}",{number:s+1})),Hl(n[2],e.noisy[s],c("what the encoder sees of item {number}",{number:s+1})),n[3].textContent=
K([e.z[2*s],e.z[2*s+1]]),Hl(n[4],e.xhat[s],c("x̂ of item {number}",{number:s+1})),n[5].textContent=e.d?v(e.d[s]):"",n[5].
hidden=!e.d,n[6].textContent=e.content?mx(e.content,s,e.names):"",n[7].textContent=e.content?v(e.content.verdicts[s]):"";
for(let o of[n[6],n[7]])o.hidden=!e.content})}buildRow(e){let t=u("button",{type:"button",class:"gb-number","aria-presse\
d":"false","aria-label":c("Item {number}",{number:e+1}),onclick:()=>this.pinItem(this.pinnedItem===e?-1:e),onfocus:()=>this.
onPoint(e),onblur:()=>this.onPoint(this.pinnedItem)},String(e+1));return u("tr",{"data-item":e,onpointerenter:()=>this.onPoint(
e),onpointerleave:()=>this.onPoint(this.pinnedItem)},u("th",{scope:"row"},t),...[1,2,3,4,5,6,7].map(()=>u("td")))}pinItem(e){
this.pinnedItem=e,[...this.body.children].forEach((t,s)=>t.querySelector("button")?.setAttribute("aria-pressed",String(s===
e))),this.onPoint(e)}markItem(e){[...this.body.children].forEach((t,s)=>t.classList.toggle("gb-pointed",s===e))}};function mx({
values:r,classes:e},t,s){let n=Array.from(r).slice(t*e,(t+1)*e),o=n.indexOf(Math.max(...n));return`${s?s[o]:c("cluster {\
number}",{number:o+1})}: ${v(n[o])}`}function Hl(r,e,t){let s=r.querySelector("img")??r.appendChild(u("img",{class:"gb-i\
mage",alt:t}));s.src=e}var[Nd,Fd]=[300,44],ux={deterministic:ze("Distance between q(z) and p(z), MMD²: {value}."),gaussian:ze("Distance betwee\
n the means of q(z|x) and p(z), MMD²: {value}."),universal:ze("Distance between the codes without noise and p(z), MMD²:\
 {value}.")},co=class{line=C("polyline");caption=u("p",{class:"lp-note"});costNote=u("p",{class:"lp-note"},c("The costs \
of D and G do not show this: each is measured against an opponent that also learns, and may stay constant while q(z) app\
roaches p(z)."));root;constructor(){let e=C("svg",{viewBox:`0 0 ${Nd} ${Fd}`,preserveAspectRatio:"none","aria-hidden":"t\
rue"},this.line);this.root=u("div",{class:"gb-trace"},this.caption,e,this.costNote)}show(e,t){let[s,n]=[e[e.length-1],e[0]].
map(i=>v(i,3)),o=e.length>1?c("{value} (at first {first})",{value:s,first:n}):s;this.caption.textContent=c(ux[t],{value:o}),
this.line.setAttribute("points",dx(e))}};function dx(r){let e=Math.max(...r,1e-6),t=n=>r.length>1?n/(r.length-1)*Nd:0,s=n=>2+
(1-Math.max(0,n)/e)*(Fd-4);return r.map((n,o)=>`${t(o).toFixed(1)},${s(n).toFixed(1)}`).join(" ")}var px=c("Blue shape: the prior; one in ten codes should lie outside its outer ring. Crosses: samples of the prior."),fx=c(
"Blue shape: the prior; one in ten codes should lie outside its outer ring. Crosses: samples of the prior, new ones at e\
very step of D. Background: D’s surface, blue where D takes z for a sample of the prior, orange where it takes z for a c\
ode."),gx=c("Blue shape: the prior; one in ten codes should lie outside its outer ring. Crosses: samples of the prior, n\
ew ones at every step of D. Background: D’s surface, blue where D takes z for a sample of the prior, orange where it tak\
es z for a code; D is told y, and its surface is the mean over all y."),bx=c("D’s surface: orange where D takes z for a \
code, blue where it takes z for a sample of the prior"),yx=c(": the probability of each class, in the order of the legen\
d."),wx=c(": the probability of each cluster, in order. Clusters have numbers, not names."),vx=c(", the second D: near 1\
 if y looks like a sample of p(y), which is one choice, for certain."),xx=[c("Nothing has been trained yet: all nets hav\
e random weights."),c("The encoder has mapped each image x to a code z, and the decoder has drawn x̂ from it."),c("Pres\
s Play, or make a single step; what it changes is described here.")];function Sx(r,e){return r.prior?e?r.discriminator_sees_content?
gx:fx:px:""}var ho=class{prefersReducedMotion;answer=null;beatHighlight=null;graph=new ao;plane=new oo;itemTable=new lo(
e=>this.pointAtItem(e));explanation=new to(e=>this.highlight(e&&new Set(e)));distanceTrace=new co;colours=[];contentOrder=u(
"span",{});contentKey=u("div",{class:"lp-note gb-content-key"},u("p",{},u("b",{},"q(y|x)"),this.contentOrder),u("p",{},u(
"b",{},"D",u("sub",{},"y")),vx));keyText=u("p",{class:"lp-note"});legend=u("p",{class:"gb-legend"});sampleKey=u("p",{},Mx(),
c("sample of the prior"));surfaceKey=Fl(bx,!1);body;tables=u("details",{class:"gb-more gb-numbers",open:!0},u("summary",
{},c("The items and the costs")),u("div",{class:"gb-tables"},this.itemTable.root,this.explanation.scoreTable));constructor(e,t=u(
"div",{})){this.prefersReducedMotion=e;let s=u("div",{class:"gb-key"},this.sampleKey,this.surfaceKey);this.body=u("div",
{class:"gb-body gb-waiting"},u("p",{class:"gb-wait"},c("The game is starting …")),t,u("div",{class:"gb-picture"},this.
graph.root,this.contentKey),this.explanation.root,u("div",{class:"gb-right"},this.plane.canvas,s,this.legend,this.distanceTrace.
root,this.keyText)),this.graph.root.addEventListener("pointerleave",({pointerType:n})=>n!=="touch"&&this.pointAtItem(this.
itemTable.pinnedItem)),this.graph.root.addEventListener("pointerover",({target:n})=>{let o=n.closest("[data-item]");this.
pointAtItem(Number(o?.getAttribute("data-item")??this.itemTable.pinnedItem))})}addManyCodes(e){this.legend.after(e.switchRow),
this.body.append(e.panel)}receiveAnswer(e,t){let{header:s,fields:n}=e,o=s.phases.includes("discrimination");this.answer=
e,this.body.classList.remove("gb-waiting"),this.graph.showModel(o,s.variant.y??"",s.variant.discriminator_sees_content),
this.contentKey.hidden=s.variant.y!=="inferred",this.contentOrder.textContent=this.areContentsClasses?yx:wx,this.sampleKey.
hidden=!s.variant.prior,this.surfaceKey.hidden=!o,this.distanceTrace.root.hidden=!s.variant.prior,this.distanceTrace.costNote.
hidden=!o,s.variant.prior&&this.distanceTrace.show(s.distances,s.variant.posterior),this.plane.canvas.setAttribute("aria\
-label",Cx(s.variant.prior,o)),this.explanation.showCosts(s.counts,s.costs),this.keyText.textContent=this.rewordItems(c(
"Coloured points: codes of {count} images, by class. Rings: the mini-batch, six of its images numbered.",{count:n.labels.
values.length})+" ")+Sx(s.variant,o);let i=t.colours.slice(0,s.classes.length);this.colours=i;let a=Zn(i,t.shapes);this.
plane.classes={labels:n.labels.values,colours:i,shapes:a},this.plane.priorSamples=n.prior?.values??null,this.legend.textContent!==
s.classes.join("")&&this.legend.replaceChildren(...s.classes.map((l,h)=>u("span",{},Nl(a[h],i[h]),l)))}showBeat(e,t){let{
header:s,fields:n}=this.answer,o=s.records[s.records.length-1],i=s.records.length>1,a=e===null||e===2,l=this.currentCaptions().
map(m=>this.rewordItems(m));this.beatHighlight=e===null?null:new Set(se[o.phase].beats[e]),this.explanation.showCaptions(
l,e);let h=i?cu(s.records,this.modelFacts):$a(o,this.modelFacts);s.preview?this.explanation.showEquation(s.variant.summary,
[]):this.explanation.showEquation(this.rewordItems(ru(s.records,this.modelFacts)),h),this.showItems(a),this.graph.showMovement(
s.preview||!a?null:Ax(s.records)),a&&this.plane.showState(Tx(s,n),e===2&&!this.prefersReducedMotion),this.highlight(null),
e!==null?A(this.explanation.liveRegion,l[e]):t&&!s.preview&&A(this.explanation.liveRegion,i?l[2]:c("Step {letter}. {capt\
ion}",{letter:se[o.phase].letter,caption:l[2]}))}endHighlight(){this.beatHighlight=null,this.highlight(null),this.explanation.
showCaptions(this.currentCaptions().map(e=>this.rewordItems(e)),null)}get modelFacts(){let{header:e}=this.answer;return{
priorCosts:e.variant.prior_costs,name:e.variant.name,size:e.size,noise:e.rules.input_noise,content:e.variant.content,inferred:e.
variant.y==="inferred",discriminatorSeesContent:e.variant.discriminator_sees_content}}get areContentsClasses(){return!!this.
answer?.header.phases.includes("classification")}contentOf(e){let t=this.batchField(e?"y2":"y"),s=this.batchField(e?"dy2":
"dy")?.values;return!t||!s?null:{values:t.values,classes:t.shape[1],verdicts:s,colours:this.areContentsClasses?this.colours:
null}}rewordItems(e){let[,t,,s]=this.batchField("x")?.shape??[];return G(e,ft([s,t]))}currentCaptions(){let{header:e,fields:t}=this.
answer,{records:s,preview:n,counts:o,batch:i}=e;if(n&&i===1&&!Object.values(o).some(Boolean))return xx;let a=o[e.phases[0]];
if(n)return[dt("{count} round has been played; mini-batch {batch} is shown.","{count} rounds have been played; mini-batc\
h {batch} is shown.",a,{batch:i}),c("The codes lie where the last step left them."),c("Press Play, or make a single step\
.")];let l=s.findIndex(({phase:m})=>m==="discrimination"),h={d:Mr(this.batchField("d")?.values),d2:Mr(this.batchField("d\
2")?.values),dp:Mr(t[`dp.${l}`]?.values),dy:Mr(this.batchField("dy")?.values),dy2:Mr(this.batchField("dy2")?.values)};return s.
length>1?lu(s,this.modelFacts,h):au(s[0],this.modelFacts,h)}batchField(e){let{header:t,fields:s}=this.answer,n=t.records.
findLastIndex(({phase:o})=>o!=="classification");return s[`${e}.${n<0?0:n}`]}showItems(e){let{header:t,fields:s}=this.answer,
[n,o,i]=[this.batchField("x"),this.batchField("noisy"),this.batchField(e?"xhat2":"xhat")].map(Sn),a=this.batchField(e?"z\
2":"z").values,l=this.batchField(e?"d2":"d")?.values??null,h=t.records.findIndex((p,f)=>s[`p.${f}`]);this.plane.samples=
s[`p.${h}`]?.values??s.sample?.values??[],this.plane.items={z:a,before:e?this.batchField("z").values:null,numberedCount:n.
length};let m=this.contentOf(e);this.graph.showItems({x:o,xhat:i,d:l,content:m}),this.itemTable.caption.textContent=this.
rewordItems(zl);let d=this.areContentsClasses?t.classes:null;this.itemTable.showItems({x:n,noisy:o,xhat:i,z:a,d:l,content:m,
names:d}),this.pointAtItem(this.plane.pointedItem)}highlight(e){let t=e??this.beatHighlight;this.graph.highlight(t),this.
plane.highlightedLayers=t,this.plane.refresh()}pointAtItem(e){this.graph.markItem(e),this.itemTable.markItem(e),this.plane.
pointedItem=e,this.plane.refresh()}},Mx=()=>C("svg",{class:"gb-cross",viewBox:"0 0 12 12","aria-hidden":"true"},C("path",
{d:"M1 6H11M6 1V11"}));function Mr(r){return r?.length?Array.from(r).reduce((e,t)=>e+t,0)/r.length:null}function Ax(r){let e={};
for(let{moved:t}of r)for(let[s,n]of Object.entries(t))e[s]=Math.max(e[s]??0,n);return e}function Tx({half:r,centre:e},{codes:t,
surface:s}){let n=s?r*(1-1/s.shape[0]):0,o=[e[0]-n,e[0]+n,e[1]-n,e[1]+n];return{codes:t.values,surface:s?{...s,box:o}:null,
half:r,centre:e}}function Cx(r,e){return e?c("Latent plane: codes, samples of the prior and D’s surface, as described be\
low"):r?c("Latent plane: codes, samples of the prior, as described below"):c("Latent plane: codes, as described below")}var Ex=3e3,Dd=30,_d=25,kx=200,Px=10,Ul=class{makePlayer;player=null;header={};sendMessage=()=>{};playing;isSlow;closed;playsAfterSlowMotion=!1;pendingCount=0;actionCount=0;requestQueue=Promise.
resolve(!0);prefersReducedMotion=window.matchMedia("(prefers-reduced-motion: reduce)").matches;slowMotion=new bn(Ex);controls;display;manyCodes;sentRules;sentViews;rules;setup;notes;root;listenerRemovers;onPageHide;constructor(e,t=s=>new Yn(
s)){this.makePlayer=t,this.playing=this.isSlow=this.closed=!1,this.controls=new yn(this),this.display=new ho(this.prefersReducedMotion,
this.controls.root),this.manyCodes=new Mn(()=>this.onViewChosen(),s=>this.choosePosterior(s)),this.display.addManyCodes(
this.manyCodes),this.sentRules=new B(ss),this.sentViews=new B,this.rules=new wn(s=>{this.announce(c("The new settings ta\
ke effect at the next step.")),this.sentRules.noteSent(Object.values(s)),this.sendMessage("rules",s)}),this.setup=new vn(
()=>this.beginGame()),this.notes=u("div",{class:"lp-notes",role:"status"}),this.root=u("div",{class:"lp gb",tabindex:"-1",
onkeydown:s=>this.handleKey(s)},this.notes,this.display.body,this.setup.root,this.rules.root,this.display.tables),this.listenerRemovers=
[E.on("link",({query:s})=>this.writeLink(s)),E.on("turned",()=>this.onLessonTurned()),E.on("reached",()=>this.stop()),E.
on("perform",({actions:s,isDone:n})=>this.perform(s,n)),E.on("light",({drawn:s})=>this.display.plane.setLessonHighlight(
s))],this.onPageHide=()=>this.store(),window.addEventListener("pagehide",this.onPageHide),this.restorePace(),e.append(this.
root)}writeLink(e){let{values:t}=this.rules;for(let{rule:{name:s,start:n}}of this.rules.sliders)t[s]===n?e.delete(`game.${s}`):
e.set(`game.${s}`,String(t[s]));this.manyCodes.isOn?e.set("game.view",this.manyCodes.view):e.delete("game.view")}store(){
this.player?.storeGame(),nd({isSlow:this.isSlow,speed:this.controls.speedSelect.value})}restorePace(){let e=od();e&&(this.
isSlow=e.isSlow,this.controls.speedSelect.value=e.speed,this.controls.showSlow(this.isSlow))}onLessonTurned(){this.stop(),
this.display.answer&&Qe(this.figures)}async perform(e,t){this.stop();let s=this.actionCount;for(let n=0;n<kx;n++)for(let o of e)
if(this.closed||s!==this.actionCount||!await this.performAction(o,s)||t())return}async performAction({do:e,phase:t="",times:s=1,
rule:n="",value:o=0},i){if(e==="step")return this.requestSteps({do:"step",phase:t,times:s});e==="rule"&&(this.rules.setValues(
{...this.rules.values,[n]:o}),this.rules.onChange(this.rules.values));for(let a=e==="rounds"?s:0;a>0&&i===this.actionCount;a-=
_d){if(!await this.requestSteps({do:"round",times:Math.min(a,_d)}))return!1;await new Promise(l=>window.setTimeout(()=>l(
null),Dd))}return!0}close(){this.closed=!0;for(let e of this.listenerRemovers)e();window.removeEventListener("pagehide",
this.onPageHide),this.playing=!1,this.slowMotion.jumpToEnd(),this.display.plane.close()}async update({header:e,fields:t}){
let s=this.header.game!==e.game;this.sentViews.isNewValue(e.view)&&(this.manyCodes.setView(e.view),this.showManyCodes());
let n=this.sentRules.isNewValue(e.rules.map(({name:i})=>e.initial_rules[i]));if(this.header=e,this.player=this.makePlayer(
{header:e,fields:t}),!s)return n&&this.rules.setValues(e.initial_rules),this.display.plane.refresh();if(this.rules.buildSliders(
e.rules),this.rules.setValues(e.initial_rules),this.setup.buildSelects(e.choices),this.setup.setValues(e.setup),!await this.
enqueueRequest({do:"arrive",setup:e.setup,rules:this.rules.values},!0))return;let{setup:o}=this.display.answer.header;Object.
keys(e.setup).some(i=>o[i]!==e.setup[i])&&this.sendMessage("setup",o)}async beginGame(){this.stop(),this.slowMotion.jumpToEnd();
let e=this.setup.values;e.begun&&this.setNote("game",c("The first {count} rounds are being played …",{count:e.begun})),
await this.enqueueRequest({do:"begin",setup:e,rules:this.rules.values},!0)?this.sendMessage("setup",this.display.answer?.
header.setup??e):this.display.answer&&this.setup.setValues(this.display.answer.header.setup)}announce(e){A(this.display.
explanation.liveRegion,e)}onViewChosen(){this.showManyCodes(),this.display.answer&&Qe(this.figures);let{view:e}=this.manyCodes;
e!==this.sentViews.latest&&(this.sentViews.noteSent(e),this.sendMessage("game_view",{view:e}))}choosePosterior(e){this.setup.
setValues({...this.setup.values,posterior:e}),this.beginGame()}showManyCodes(){let{isOn:e,example:t}=this.manyCodes,s=e?
this.player?.encodeManyTimes(t)??null:null;this.manyCodes.show(s),this.display.plane.showManyCodes(s?.codes??null)}get figures(){
let e=this.display.answer;return{...uu(e),...pu(this.manyCodes.encodings)}}handleKey(e){let t=e.target.matches?.("input,\
 select, textarea");if(e.ctrlKey||e.metaKey||e.altKey||t||(e.stopPropagation(),e.repeat))return;let s=this.controls.buttonsByKey.
get(e.key.toLowerCase());!s||s.hidden||(e.preventDefault(),s.click())}async makeSteps(e,t){this.stop(),await this.requestSteps(
{do:"step",phase:e,times:t})}async makeRound(){this.stop(),await this.playRound(this.actionCount)}async playRound(e){if(!this.
isSlow)return this.requestSteps({do:"round",times:this.playing&&Number(this.controls.speedSelect.value)||1});let t=s=>s===
"discrimination"?this.rules.values.d_steps:1;for(let s of(this.display.answer?.header.phases??[]).flatMap(n=>Array(t(n)).
fill(n))){if(this.closed||!this.isSlow||e!==this.actionCount)return!0;if(!await this.requestSteps({do:"step",phase:s,times:1}))
return!1}return $({kind:"round",times:1}),!0}togglePlay(){return this.playing?this.stop():(this.stop(),this.playing=!0,this.
controls.showPlaying(!0),this.announce(c("Playing.")),this.playRounds(this.actionCount))}stop(){let e=this.playing;this.
actionCount++,this.playing=!1,this.controls.showPlaying(!1),e&&this.slowMotion.setAutoAdvance(!1),e&&this.display.answer&&
this.announce(c("Paused after mini-batch {batch}.",{batch:this.display.answer.header.batch}))}async playRounds(e){for(;e===
this.actionCount&&!this.closed&&this.root.isConnected&&!document.hidden&&await this.playRound(e);)await new Promise(t=>window.
setTimeout(()=>t(null),Dd));e===this.actionCount&&this.stop()}toggleSlowMotion(){if(this.isSlow=!this.isSlow,this.controls.
showSlow(this.isSlow),this.isSlow){this.playsAfterSlowMotion=this.playing,this.announce(this.prefersReducedMotion?c("Slo\
w motion: press Next beat to go on."):c("Slow motion is on.")),this.playing||this.togglePlay();return}this.playsAfterSlowMotion||
this.stop(),this.slowMotion.jumpToEnd(),this.announce(c("Slow motion is off."))}showNextBeat(){this.slowMotion.isRunning?
this.slowMotion.showNextBeat():!this.playing&&!this.pendingCount&&this.makeRound()}async requestSteps(e){this.slowMotion.
jumpToEnd();let t=this.isSlow&&e.do==="step";return await this.enqueueRequest({...e,rules:this.rules.values},!t)?($({kind:e.
do,phase:e.phase,times:e.times}),t&&this.pendingCount?this.display.showBeat(null,!1):t&&await this.playInSlowMotion(),!0):
!1}async playInSlowMotion(){this.slowMotion.setAutoAdvance(!this.prefersReducedMotion),await this.slowMotion.play(3,e=>this.
display.showBeat(e,!0)),!this.closed&&!this.slowMotion.isRunning&&this.display.endHighlight()}enqueueRequest(e,t){return this.
pendingCount>=Px?Promise.resolve(!1):(this.pendingCount++,this.root.setAttribute("aria-busy","true"),this.requestQueue=this.
requestQueue.then(()=>this.sendRequest(e,t)),this.requestQueue)}async sendRequest(e,t){if(!this.display.answer&&!("setup"in
e))return await this.sendRequest({do:"arrive",setup:this.setup.values,rules:this.rules.values},!0),!1;try{let s=await this.
player?.answer(e);return this.closed||!s?!1:(this.setNote("game",""),this.showAnswer(s,t),!0)}catch(s){return this.setNote(
"game",s instanceof Error?s.message:String(s)),!1}finally{this.pendingCount--,this.pendingCount||this.root.setAttribute(
"aria-busy","false")}}showAnswer(e,t){let{header:s}=e,{colours:n,shapes:o}=this.header;this.display.receiveAnswer(e,{colours:n,
shapes:o}),this.manyCodes.nameItems(i=>this.display.rewordItems(i)),this.controls.showPhaseButtons(s.phases),this.rules.
showSlidersFor(s.phases),this.setup.showChoicesFor({prior:s.variant.prior,labels:s.phases.includes("classification"),inferred:s.
variant.y==="inferred","free posterior":!s.variant.prior_costs.includes("kl")}),s.preview&&(this.rules.setValues(s.rules),
this.setup.setValues(s.setup)),this.showManyCodes(),Qe(this.figures,{before:du(e),isOther:s.preview}),t&&this.display.showBeat(
null,!this.playing)}setNote(e,t){J(this.notes,e,t)&&this.stop()}},Bd=U(Ul);var mo={above:(r,e)=>r>e,below:(r,e)=>r<e},Ar=class{names;hasBegun=!1;now={};start={};lowest={};highest={};constructor(e){
this.names=e}forget(){[this.now,this.start,this.lowest,this.highest]=[{},{},{},{}]}begin(){this.hasBegun=!0,[this.start,
this.lowest,this.highest]=[{...this.now},{...this.now},{...this.now}]}note(e,t={}){for(let s of this.names){if(!(s in e))
continue;let n=e[s];if(n===void 0||!Number.isFinite(n)){delete this.now[s];continue}if(this.now[s]=n,!this.hasBegun)continue;
let o=this.start[s]??t[s]??n;this.start[s]=o,this.lowest[s]=Math.min(this.lowest[s]??o,n),this.highest[s]=Math.max(this.
highest[s]??o,n)}}get outcome(){return{start:{...this.start},now:{...this.now}}}holds(e){if(!e)return!0;let{figure:t,comparison:s,
value:n}=e,[o,i,a]=[this.now[t],this.lowest[t],this.highest[t]];return o===void 0?!1:s==="rose"?o-(i??o)>=n:s==="fell"?(a??
o)-o>=n:mo[s](o,n)}};function Lx({figure:r="",of:e="now"},{start:t,now:s},n){let[o,i]=[t[r],s[r]],a=o===void 0||i===void 0?
void 0:Math.abs(i-o),l={now:i,start:o,change:a}[e];return l===void 0?"":v(l,n[r])}function uo(r,e,t){let s=!0,n=i=>{if(i.
as!=="figure")return i;let a=Lx(i,e,t);return s&&=a!=="",{text:a,as:""}},o=r.map(i=>({...i,items:i.items.map(a=>a.map(n))}));
return s?o:null}var Ix=/^(?:\p{Script=Hangul}{1,4}(?=[\s\p{P}]|$))?\p{P}*/u,Rx=0;function Zt(r,e){return r.map(({kind:t,items:s,columns:n=0})=>t===
"table"?Ox(s,n,e):t==="ul"?u("ul",{},...s.map(o=>u("li",{},...Tr(o,e)))):u("p",{},...Tr(s[0],e)))}function Ox(r,e,t){let s=Array.
from({length:r.length/e},(i,a)=>r.slice(a*e,(a+1)*e).map((l,h)=>a===0?u("th",{scope:"col"},...Tr(l,t)):h===0?u("th",{scope:"\
row"},...Tr(l,t)):u("td",{},...Tr(l,t)))),[n,...o]=s.map(i=>u("tr",{},...i));return u("table",{class:"ls-table"},u("thea\
d",{},n),u("tbody",{},...o))}function po(r){let e=r.cloneNode(!0);for(let t of e.querySelectorAll("[role=tooltip]"))t.remove();
return Array.from(e.querySelectorAll("p, li"),({textContent:t})=>t).join(" ")}function Tr(r,e){let t=[],s=null;for(let{text:n,
term:o,as:i}of r){if(o&&e[o]){s=Nx(n,o,e[o]),t.push(s);continue}if(!i||i==="term"){let a=s?Ix.exec(n)?.[0]??"":"";s?.append(
a),t.push(n.slice(a.length))}else t.push(u(i,{},n));s=null}return t}function Nx(r,e,t){let s=`ls-tip-${++Rx}`,n=u("span",
{class:"ls-tip",role:"tooltip",id:s},u("b",{},`${e}: `),t),o=u("button",{type:"button",class:"ls-word","aria-describedby":s,
onkeydown:i=>i.key==="Escape"&&n.classList.add("ls-away"),onfocus:()=>n.classList.remove("ls-away"),onpointerenter:()=>n.
classList.remove("ls-away")},r);return u("span",{class:"ls-term"},o,n)}var fo=class{rows=[];terms={};digits={};shownContent={row:null,text:""};root=u("div",{class:"ls-caption",hidden:!0});constructor(){}setRows(e,t,s){
[this.rows,this.terms,this.digits]=[e,t,s],this.show(null,[])}update(e){let t=this.shownContent.row;for(let s of e?this.
rows:[]){let n=e?.holds(s.condition)?uo(s.blocks,e,this.digits):null;if(n)return this.show(s,n),s===t?"":po(this.root)}return this.
show(null,[]),""}show(e,t){let s=JSON.stringify(t);e===this.shownContent.row&&s===this.shownContent.text||(this.shownContent=
{row:e,text:s},this.root.hidden=!e,this.root.replaceChildren(...Zt(t,this.terms)))}};var go=class{planes=[];root=u("div",{class:"ls-tally",hidden:!0});constructor(){}clear(){this.planes=[],this.root.hidden=
!0}add({side:e,title:t,classes:s,label:n}){this.planes[e]??={title:t,counts:s.map(()=>0)},this.planes[e].counts[n]+=1,this.
show(s)}show(e){let t=this.planes.map(({title:n,counts:o})=>u("tr",{},u("th",{scope:"row"},n),...o.map(i=>this.countCell(
i)))),s=e.map(n=>u("th",{scope:"col"},n));this.root.replaceChildren(u("table",{},u("caption",{},c("Your draws, by the cl\
ass of the nearest code")),u("thead",{},u("tr",{},u("td",{}),...s)),u("tbody",{},...t))),this.root.hidden=!1}countCell(e){
return u("td",{style:`--share: ${Math.min(100,12*e)}%`},e?String(e):"")}};var Fx=c("Point at a term, or reach it with Tab, to see on the page what it means. Press it to keep that marked."),bo=class{onHighlight;pinned=null;termsElement=u(
"p",{class:"ls-equation",role:"group","aria-label":c("Equation")});wordsElement=u("p",{class:"ls-reads"});root=u("div",{
class:"ls-formula"},this.termsElement,this.wordsElement,u("p",{class:"lp-note"},Fx));constructor(e){this.onHighlight=e}showEquation(e,t){
this.pinned=null,this.termsElement.replaceChildren(...e.map(s=>s.item?this.buildTerm(s):u("span",{},s.text))),this.wordsElement.
textContent=t}buildTerm({text:e,says:t,item:s,lights:n,css:o="",drawn:i=""}){let a={css:o,drawn:i},[l,h]=[()=>this.onHighlight(
a),()=>this.onHighlight(this.pinned?.found??null)],m=u("button",{type:"button",class:"ls-part","aria-pressed":"false","d\
ata-item":s,"aria-label":c("{text}, {says}: highlights {lights}",{text:e,says:t??"",lights:n??""}),title:t,onclick:()=>this.
togglePin(m,a),onpointerenter:l,onfocus:l,onpointerleave:h,onblur:h},e);return m}togglePin(e,t){let s=this.pinned?.made===
e;this.pinned?.made.setAttribute("aria-pressed","false"),this.pinned=s?null:{made:e,found:t},e.setAttribute("aria-presse\
d",String(!s)),this.onHighlight(s?null:t)}};var Dx=r=>r?r.split(",").map(Number):null,Hd=(r,e=[])=>Math.hypot(...Array.from(r).map((t,s)=>t-(e[s]??0)));function zd({
beyond:r,within:e,near:t},s){return s?e===void 0?Hd(s)>r:Hd(s,t)<e:!1}function _x(r){return r.kind==="layers"?r.layers:r.
kind==="address"&&r.query.layers!==void 0?r.query.layers.split(","):null}function Bx(r,e){return r.kind==="rules"?r.rules[e]:
r.kind==="address"?r.query[`game.${e}`]:void 0}var yo=(r,e=1)=>(r.count+=e)>=r.goal.times,Hx=(r,{least:e,most:t})=>e===void 0?
r<=t:r>=e;function zx(r,{above:e,below:t}){return r===void 0?!1:e===void 0?mo.below(r,t):mo.above(r,e)}var Ux={answer:(r,{
kind:e})=>e==="answer",z:({goal:r},e)=>e.kind==="z"?zd(r,e.z):e.kind==="address"&&zd(r,Dx(e.query.z)),layer:({goal:{layer:r,
on:e=!0}},t)=>{let s=_x(t);return s!==null&&s.includes(r)===e},pick:(r,{kind:e})=>e==="pick",moment:({goal:{before:r}},e)=>e.
kind==="moment"?e.step!==null&&e.step<=r:e.kind==="address"&&e.query.frame!==void 0&&Number(e.query.frame)<=r,step:(r,e)=>e.
kind==="step"&&e.phase===r.goal.phase&&yo(r,e.times),rounds:(r,e)=>e.kind==="round"&&yo(r,e.times),rule:({goal:r},e)=>{let t=Bx(
e,r.rule);return t!==void 0&&Hx(Number(t),r)},setting:(r,e)=>{let{goal:t}=r,s=e.kind==="address"?e.query[t.setting]:void 0;
if(s===void 0)return!1;if(t.is!==void 0)return s===t.is;let n=r.latest??r.first[t.setting];return s===n?!1:(r.latest=s,t.
times===void 0||yo(r))},samples:(r,{kind:e})=>e==="sample"&&yo(r),figure:({goal:r},e)=>e.kind==="figures"&&zx(e.figures[r.
figure],r),paint:(r,{kind:e})=>e==="paint",draw:(r,{kind:e})=>e==="draw"},ql=(r,e)=>!!Ux[r.goal.kind]?.(r,e),Ud=({goal:{
times:r=0},count:e})=>r>1&&e>0&&e<r?c("{count} of {total}",{count:v(e,0),total:r}):"",qd=r=>Object.fromEntries(new URLSearchParams(
r));function qx(r){let e=r.closest("details:not([open])");return e&&!r.matches("summary")?e.querySelector("summary")??r:r}function wo(r){
for(let e of xh()){for(let t of e.querySelectorAll("[data-lit]"))t.removeAttribute("data-lit");if(r)for(let t of e.querySelectorAll(
r.css))qx(t).setAttribute("data-lit","")}E.emit("light",{drawn:r?.drawn??""})}var vo=class{onAnswer;question=null;buttons=[];chosenIndex=-1;questionElement=u("p",{class:"ls-ask",id:"ls-ask"});choiceList=u(
"div",{class:"ls-choices"});verdict=u("div",{class:"ls-verdict",hidden:!0});measuredElement=u("div",{});root=u("div",{class:"\
ls-prediction",role:"group","aria-labelledby":"ls-ask",hidden:!0},this.questionElement,this.choiceList,this.verdict);constructor(e){
this.onAnswer=e}get isAnswered(){return this.chosenIndex>=0}get resultSentence(){if(!this.question)return"";let{choices:e,
right:t}=this.question;if(!this.isAnswered)return c("The answer is “{choice}”.",{choice:e[t]});let s={guess:e[this.chosenIndex],
choice:e[t]};return this.chosenIndex===t?c("You predicted “{guess}”: that is right.",s):c("You predicted “{guess}”. \
The answer is “{choice}”.",s)}get verdictText(){return this.verdict.hidden?"":po(this.verdict)}showQuestion(e){this.
question=e,this.chosenIndex=-1,this.root.hidden=!e,this.verdict.hidden=!0,e&&(this.questionElement.textContent=c("What d\
o you expect? {question}",{question:e.ask}),this.buttons=e.choices.map((t,s)=>u("button",{type:"button",class:"lp-button",
"aria-pressed":"false",onclick:()=>this.isOpen&&this.onAnswer(s)},u("span",{class:"ls-mark","aria-hidden":"true"}),u("sp\
an",{},t))),this.choiceList.replaceChildren(...this.buttons))}get isOpen(){return!this.isAnswered&&this.verdict.hidden}showAnswer(e){
!this.question||e===null||!this.isOpen||(this.chosenIndex=e,this.buttons.forEach((t,s)=>{t.setAttribute("aria-pressed",String(
s===e)),t.hidden=s!==e}),this.closeQuestion())}verdictMark(e){return e===this.question?.right?"✓":e===this.chosenIndex?
"✗":""}showVerdict(e,t,s=""){if(!this.question||!this.verdict.hidden)return;let{right:n,because:o}=this.question;this.
closeQuestion(),this.buttons.forEach((i,a)=>{i.hidden=a!==n&&a!==this.chosenIndex,i.children[0].textContent=this.verdictMark(
a)}),this.verdict.replaceChildren(u("p",{},u("b",{},this.resultSentence)),...s?[u("p",{},s)]:[],this.measuredElement,...Zt(
o,t)),this.showMeasured(e,t),this.verdict.hidden=!1}showMeasured(e,t){this.measuredElement.replaceChildren(...Zt(e,t))}scrollToVerdict(){
this.verdict.scrollIntoView({block:"nearest"})}closeQuestion(){for(let e of this.buttons)e.setAttribute("aria-disabled",
"true")}};var Gx=250,Gd=2e4,Vx=6,xo=500,So=!1,Gl=new Map,jx={start:{},now:{}},Vl=class{header={};sendMessage;turnPage;task={goal:{
kind:""},first:{},count:0};figures=new Ar([]);pageKey;lastSearch;isReached=!1;title=u("h2",{tabindex:-1});number=u("p",{
class:"ls-number"});elsewhereNote=u("p",{class:"ls-elsewhere",hidden:!0});notes=u("div",{class:"lp-notes",role:"status"});heading=u(
"h3",{});text=u("div",{class:"ls-text",tabindex:-1});equation=new bo(wo);prediction=new vo(e=>this.answerPrediction(e));skipQuestionButton=x(
c("Skip question"),()=>this.skipQuestion(),{title:c("Continue without an answer")});hasSkipped;isShown;tries;patienceTimer;announcementTimer;settledAt;showButton=x(
c("Show me"),()=>this.showGoalReached(),{class:"lp-button ls-show",title:c("The lesson does the task, or tells the answe\
r"),hidden:!0});goal=u("p",{class:"ls-goal",tabindex:-1});caption=new fo;tally=new go;status=u("p",{class:"lp-hidden",role:"\
status"});backButton=x(c("Back"),()=>this.requestPage(this.header.page_number-1));nextButton=x(c("Next"),()=>this.requestPage(
this.header.page_number+1));nextLessonButton=x("",()=>this.startNextLesson(),{hidden:!0});foot;root;listenerRemovers;addressTimer;constructor(e){
this.sendMessage=this.turnPage=()=>{},this.pageKey=this.lastSearch="",this.hasSkipped=this.isShown=!1,this.tries=this.patienceTimer=
this.announcementTimer=this.settledAt=0,this.foot=this.buildFoot(),this.root=this.buildBody(),e.append(this.root),this.listenerRemovers=
[E.on("did",t=>this.checkGoal(t)),E.on("figures",t=>this.noteFigures(t)),E.on("drawn",t=>this.countDraw(t))],this.addressTimer=
window.setInterval(()=>this.checkAddress(),Gx)}buildBody(){return u("section",{class:"lp ls","aria-label":c("Lesson")},this.
title,this.number,this.notes,this.elsewhereNote,this.heading,this.text,this.prediction.root,this.equation.root,this.foot,
this.status)}buildFoot(){let e=x(c("Leave"),()=>this.sendMessage("leave",this.pageMessage()),{title:c("Leave the lesson;\
 you can resume it on the page Lessons")});return u("div",{class:"ls-foot"},this.goal,this.showButton,this.caption.root,
this.tally.root,this.nextLessonButton,u("div",{class:"lp-switches",role:"group","aria-label":c("Pages of the lesson")},this.
backButton,this.skipQuestionButton,this.nextButton,e))}close(){window.clearInterval(this.addressTimer),window.clearTimeout(
this.patienceTimer),window.clearTimeout(this.announcementTimer);for(let e of this.listenerRemovers)e();document.documentElement.
removeAttribute("data-asking"),wo(null)}setNote(e,t){J(this.notes,e,t)}update({header:e}){this.header=e;let{lesson:t,page_number:s}=e,
n=this.pageKey!==`${t} ${s}`;n&&this.buildPage(),this.isReached=!n&&this.isReached||e.reached,this.prediction.showAnswer(
e.answer),this.elsewhereNote.hidden=e.is_on_this_page,this.setNote("missing",e.missing),this.updateProgress(),Cm(t,s,this.
isReached,e.learnt),this.lastSearch="",this.checkAddress()}buildPage(){let{header:e}=this;this.figures=new Ar(Object.keys(
e.figures)),this.pageKey=`${e.lesson} ${e.page_number}`,this.isReached=this.hasSkipped=this.isShown=!1,this.tries=0,window.
clearTimeout(this.patienceTimer),window.clearTimeout(this.announcementTimer),this.showButton.hidden=!0,this.task={goal:e.
goal,first:e.first,count:0},this.title.textContent=e.title,this.elsewhereNote.replaceChildren(c("This page of the lesson\
 happens on {place}.",{place:e.place})+" ",x(c("Go to {place}",{place:e.place}),()=>this.requestPage(e.page_number))),this.
heading.textContent=e.heading,this.text.replaceChildren(...Zt(e.blocks,e.terms)),this.equation.showEquation(e.equation,e.
reads),this.prediction.showQuestion(e.prediction),this.caption.setRows(e.captions,e.terms,e.figures),this.tally.clear(),
this.status.textContent="",wo(null),E.emit("turned"),So&&(So=!1,this.title.focus(),Mh())}get isExperimentOpen(){return!this.
header.prediction||this.prediction.isAnswered||this.isReached||this.hasSkipped}updateProgress(){let e=!this.isExperimentOpen;
!e&&!this.figures.hasBegun&&this.beginExperiment(),document.documentElement.toggleAttribute("data-asking",e),this.equation.
root.hidden=e,this.skipQuestionButton.hidden=!e||this.header.goal.kind==="answer",this.updateCaption(),this.isReached&&this.
showVerdict(),this.isReached&&(this.showButton.hidden=!0);let{page_number:t,page_count:s,following:n,learnt:o}=this.header;
this.goal.hidden=e,this.showGoal(),this.backButton.setAttribute("aria-disabled",String(t<=1));let i=t>=s;this.nextButton.
textContent=this.isReached?i?c("Finish"):c("Next page"):i?c("Skip and finish"):c("Skip page"),this.nextLessonButton.hidden=
e||!i||!n,this.nextLessonButton.textContent=c("Next lesson: {title}",{title:n??""}),this.nextLessonButton.classList.toggle(
"lp-first",this.isReached),this.nextButton.classList.toggle("lp-first",this.isReached&&this.nextLessonButton.hidden);let a=[
c("Page {page} of {count}",{page:t,count:s})];o&&a.push(c("lesson completed")),this.number.textContent=a.join(" · ")}beginExperiment(){
this.figures.begin(),E.emit("experiment"),this.patienceTimer=window.setTimeout(()=>this.offerToShow(),Gd)}showGoal(){let e=Ud(
this.task);this.goal.classList.toggle("ls-done",this.isReached),this.isReached?this.goal.replaceChildren(u("b",{},this.isShown?
c("✓ Shown"):c("✓ Done"))):this.goal.replaceChildren(u("b",{},c("To do:")+" "),this.header.do,e?` (${e})`:"")}pageMessage(e){
let{lesson:t,page_number:s}=this.header;return{lesson:t,page_number:s,...e===void 0?{}:{number:e}}}requestPage(e){e<1||(So=
e<=this.header.page_count,this.turnPage("go",this.pageMessage(e)))}startNextLesson(){So=!0,this.turnPage("next",this.pageMessage())}answerPrediction(e){
this.prediction.showAnswer(e),this.updateProgress(),this.status.textContent=c("Your prediction is noted. To do: {task}",
{task:this.header.do}),this.sendMessage("answer",this.pageMessage(e)),$({kind:"answer"})}skipQuestion(){this.hasSkipped=
!0,this.updateProgress(),this.goal.focus()}offerToShow(){let{goal:e,is_on_this_page:t}=this.header;if(!(this.isExperimentOpen&&
t&&!this.isReached&&!this.isShown)||e.kind==="answer")return;let n=!this.figures.names.length||Object.keys(this.figures.
now).length>0;this.showButton.hidden=!n,!n&&(window.clearTimeout(this.patienceTimer),this.patienceTimer=window.setTimeout(
()=>this.offerToShow(),Gd))}showGoalReached(){let{goal:e,performs:t}=this.header,s=Rh(e,t);if(this.isShown=!0,this.goal.
focus(),this.showButton.hidden=!0,s.length){this.status.textContent=c("The lesson does the task."),E.emit("perform",{actions:s,
isDone:()=>this.isReached});return}this.prediction.showVerdict([],this.header.terms,c("You have not tried it.")),this.status.
textContent=this.prediction.verdictText,this.prediction.scrollToVerdict()}showVerdict(){this.prediction.showVerdict(this.
measuredBlocks,this.header.terms)}get measuredBlocks(){let{prediction:e,figures:t}=this.header;return uo(e?.measured??[],
Gl.get(this.pageKey)??jx,t)??[]}updateCaption(){let e=this.isExperimentOpen&&!this.isReached&&this.header.is_on_this_page,
t=this.caption.update(e?this.figures:null);t&&(this.status.textContent=t)}checkAddress(){let e=Y.search(),t=qd(e);e===this.
lastSearch||t.lesson!==this.header.lesson||Number(t.at??1)!==this.header.page_number||(this.lastSearch=e,$({kind:"addres\
s",query:t}))}checkGoal(e){if(!(this.isReached||!this.header.is_on_this_page||!this.isExperimentOpen)){if(["address","fi\
gures"].includes(e.kind)||(this.tries+=1),this.tries>=Vx&&!this.task.count&&this.offerToShow(),!ql(this.task,e))return this.
showGoal();this.isReached=!0,this.settledAt=performance.now()+xo,Gl.set(this.pageKey,this.figures.outcome),this.updateProgress(),
this.announceGoal(this.isSettling()?xo:0),this.prediction.scrollToVerdict(),E.emit("reached"),e.kind!=="answer"&&this.sendMessage(
"reached",this.pageMessage())}}countDraw(e){this.header.goal.kind==="samples"&&this.header.is_on_this_page&&this.isExperimentOpen&&
this.tally.add(e)}announceGoal(e){window.clearTimeout(this.announcementTimer);let t=()=>{this.status.textContent=c("Goal\
 reached. {verdict} {button} goes on.",{verdict:this.prediction.verdictText,button:this.nextButton.textContent??""})};e?
this.announcementTimer=window.setTimeout(t,e):t()}isSettling(){return!this.isReached||performance.now()>=this.settledAt?
!1:this.header.goal.kind==="figure"?ql(this.task,{kind:"figures",figures:this.figures.now}):["z","samples"].includes(this.
header.goal.kind)}noteFigures({figures:e,before:t,isOther:s}){!this.header.is_on_this_page||!this.figures.names.length||
(s&&this.figures.forget(),this.figures.note(e,t),this.updateCaption(),this.isSettling()&&(this.header.goal.kind==="figur\
e"&&(this.settledAt=performance.now()+xo),Gl.set(this.pageKey,this.figures.outcome),this.prediction.showMeasured(this.measuredBlocks,
this.header.terms),this.announceGoal(xo)),this.checkGoal({kind:"figures",figures:this.figures.now}))}},Vd=U(Vl);function Mo(r){let e=r;return()=>(e=48271*e%2147483647,e/2147483647)}function Lt(r,e,t=Math.random,s){if(s){let i=e*Math.
floor(s.length/e*t());return s.slice(i,i+e)}let n=As[r.name].sample(r,e,t).map(i=>i*r.scale),o=r.heads?.[Math.floor(r.heads.
length*t())];return Float32Array.from(n,(i,a)=>i+(o?.[a]??0))}var jl=700,je=224;function Wx(r,e,t){let s=Mo(1),n=e===1&&!As[r.name]?.isPlanar,i=t?e:n?1:2,a=Array.from({length:jl},()=>Lt(
r,i,s,t).slice(0,2)),l=1.05*a.reduce((h,m)=>Math.max(h,...m.map(Math.abs)),0);return{points:a.map(([h,m])=>[h,n?(s()-.5)*
.2*l:m]),reach:l}}var Wl=class{canvas=u("canvas",{class:"ps-preview",width:je,height:je,role:"img"});caption=u("p",{class:"\
lp-note"});notes=u("div",{class:"lp-notes",role:"status"});constructor(e){let t=u("div",{class:"ps-previewed"},this.canvas,
this.caption);e.append(u("div",{class:"lp"},this.notes,t))}setNote(e,t){J(this.notes,e,t)}update({header:{prior:e,dim:t,
title:s,caption:n},fields:o}){let i=o.prior_samples?.values;if(this.setNote("data",""),this.canvas.hidden=!e,this.caption.
textContent=n,!e)return;let{points:a,reach:l}=Wx(e,t,i);this.canvas.setAttribute("aria-label",c("{samples} samples of th\
e prior: {title}",{samples:jl,title:s})),this.caption.textContent=c("{description} The picture shows {samples} samples, \
from {low} to {high} on both axes.",{description:n,samples:jl,low:v(-l,1),high:v(l,1)});let h=P(this.canvas),m=Ae(this.canvas);
h.clearRect(0,0,je,je),h.strokeStyle=m.border,h.globalAlpha=.6,h.strokeRect(0,je/2,je,0),h.strokeRect(je/2,0,0,je),h.fillStyle=
et;let d=p=>(.5+p/l/2)*je;for(let[p,f]of a)h.fillRect(d(p)-1.5,je-d(f)-1.5,3,3);h.globalAlpha=1}},jd=U(Wl);var Wd="colour",Kl=class{header={v:1,options:[],likely:[],chosen:"",default:""};sendMessage=()=>{};haveOptionsChanged=k();echoFilter=new B;pendingColumn=null;select=u(
"select",{"aria-label":c("Colour of the codes"),onpointerenter:()=>this.announce(),onfocus:()=>this.announce(),onchange:()=>this.
choose(String(this.header.options[this.select.selectedIndex].value))});stopListening;constructor(e){e.append(u("div",{class:"\
lp cs"},this.select)),this.stopListening=E.on("link",({query:t})=>this.writeLink(t))}close(){this.stopListening()}setNote(){}update({
header:e}){this.header=e;let{options:t,chosen:s}=e,n=this.haveOptionsChanged(JSON.stringify(t));n&&this.select.replaceChildren(
...Ye(t.map(({title:h})=>h)));let o=this.echoFilter.isNewValue(s);if(o&&(this.pendingColumn=null),!o&&!n)return;let i=h=>t.
some(({value:m})=>m===h);i(this.pendingColumn)||(this.pendingColumn=null);let a=this.echoFilter.latest??s,l=this.pendingColumn??
(i(a)?a:s);this.select.selectedIndex=t.findIndex(({value:h})=>h===l)}announce(){E.emit("colours",{columns:this.header.likely})}async choose(e){
this.pendingColumn=e;let t=[];E.emit("colour",{column:e,promises:t}),await Promise.allSettled(t),this.pendingColumn===e&&
this.sendPending()}sendPending(){let e=this.pendingColumn;this.pendingColumn=null,e!==null&&(this.echoFilter.noteSent(e),
this.sendMessage("colour",{text:e}))}writeLink(e){this.pendingColumn!==null&&(this.pendingColumn===this.header.default?e.
delete(Wd):e.set(Wd,this.pendingColumn))}},Kd=U(Kl);var Kx=6,Be=["A","B"],We=ve(()=>({A:null,B:null,from:"",to:""}));function $d(r){for(let e of["from","to"])/^\d+$/.test(r[e])&&
(r[e]="")}function Xd(r){let e=Be.map(s=>{let n=r[s];return n?`${n.count}:${Array.from(n.z,o=>le(o,Kx)).join()}`:""}),t=[
r.from,r.to,...e].join("~");return t==="~~~"?"":t}function Yd(r,e){let[t="",s="",...n]=e.split("~");Object.assign(r,{from:t,
to:s}),Be.forEach((o,i)=>{let[a,l]=(n[i]??"").split(":");r[o]=l?{count:Number(a),z:Float32Array.from(l.split(","),Number)}:
null})}function Zd(r){let{events:e}=r,t=()=>!!r.header.has_controls_beside,s=()=>({revision:r.header.revision,z:r.z,sender:r}),
n=i=>t()&&E.emit(i,s()),o=({sender:i,revision:a})=>t()&&i!==r&&a===r.header.revision;E.on("z",i=>{o(i)&&r.moveZTo(i.z,"l\
ink",!1)},e),E.on("commit",i=>{o(i)&&(r.noteSentCode(),r.scene.updateLayers())},e),e.on("data",()=>r.parts.root.classList.
toggle("lp-beside",t())),e.on("z",({source:i})=>{i!=="link"&&i!=="python"&&n("z")}),e.on("commit",()=>n("commit")),e.on(
"pick",({index:i,source:a})=>{a!=="person"||i<0||!t()||(n("commit"),E.emit("pick",{...s(),index:i}))})}var Ps=new Map,$l=!1,Jd="python";function ie(r,e){let{link:t}=r.header,s=t&&Ps.get(t.group)?.get(1-t.side);if(!s||!s.ready)
return null;let n=!e||[r,s].every(({header:i})=>i.link?.shares.includes(e)),o=(e!=="z"||r.header.dim===s.header.dim)&&(e!==
"images"||Qd(r)===Qd(s));return n&&o?s:null}var ep=r=>Ee(r,"z",e=>e.returnToDragStart()),Xl=r=>Ps.get(r)??new Map,Ls=r=>!!(r.
pastFrame||ie(r)?.pastFrame),Qd=({codes:r})=>r.xy.length/2;function Ee(r,e,t){let s=$l?null:ie(r,e);if(s){$l=!0;try{t(s)}finally{
$l=!1}}}function tp(r){let{events:e}=r;e.on("hover",({index:o})=>Ee(r,"images",i=>i.setHovered(o))),e.on("pick",({index:o,
source:i})=>{if(i!==Jd){if(o>=0&&Ls(r))return Ee(r,"z",a=>a.noteSentCode());Ee(r,"images",a=>$x(a,r,o))}}),e.on("choose",
({mask:o})=>Ee(r,"images",i=>i.selectCodes(o))),e.on("z",({source:o})=>{o!==Jd&&Ee(r,"z",i=>i.setZ(Float32Array.from(r.z),
"link"))}),e.on("commit",()=>Ee(r,"z",o=>{o.noteSentCode(),o.scene.updateLayers()}));let t=null,s=o=>{t=o,o.setDragging(
!0)},n=()=>{let o=t;t=null,o&&!o.closed&&o.setDragging(!1)};e.on("drag",({on:o})=>{o?Ee(r,"z",s):n()}),e.on("view",()=>Ee(
r,"view",o=>o.copyView(r.view))),e.on("classes",()=>Ee(r,"classes",o=>o.hideClasses(r.settings.hidden))),e.on("layers",()=>Ee(
r,"",o=>sp(o,r))),e.on("data",({isOtherRevision:o})=>Xx(r,o)),e.on("close",()=>{n();let o=ie(r);rp(r),o?.events.emit("li\
nked")})}function $x(r,e,t){r.pickCode(t,"link"),t<0&&ie(r,"z")&&(r.setZ(Float32Array.from(e.z),"link"),r.noteSentCode()),
r.scene.updateLayers()}function sp(r,e){let t={};for(let s of Object.keys(r.header.layers))s in e.header.layers&&(t[s]=e.
settings.layers[s]);r.applyLayers(t)}function Xx(r,e){let{link:t}=r.header;if((!t||Ps.get(t.group)?.get(t.side)!==r)&&rp(
r),!!t){Ps.set(t.group,(Ps.get(t.group)??new Map).set(t.side,r)),e&&Ee(r,"",s=>Yx(r,s));for(let s of[r,ie(r)])s?.events.
emit("linked")}}function Yx(r,e){sp(r,e),ie(r,"classes")&&r.hideClasses(e.settings.hidden),ie(r,"view")&&r.copyView(e.view),
e.selection.mask&&ie(r,"images")&&r.selectCodes(e.selection.mask)}function rp(r){for(let e of Ps.values())for(let[t,s]of e)
s===r&&e.delete(t)}var Zx=4;function np(r){let{parts:e,events:t,panel:s}=r,n=u("p",{class:"lp-badge",role:"status",hidden:!0}),o=u("p",{class:"\
lp-title",hidden:!0}),i="";e.plane.append(n),e.panel.prepend(o);let a="",l=()=>{let h=r.header.link?.title;n.hidden=o.hidden=
!h,e.root.classList.toggle("lp-linked",!!h),e.root.classList.toggle("lp-long",(r.header.axis_names?.[1]??"").length>Zx),
h&&(A(n,a?c("{title}: its codes where {other} has them",{title:h,other:a}):h),h!==i&&o.replaceChildren(...Jx(h)),i=h,e.surface.
setAttribute("aria-label",c("Latent plane of {title}: drag or use the arrow keys to decode, ? lists the keys",{title:h})),
s.image.setAttribute("aria-label",c("Image decoded at z by {title}",{title:h})))};t.on("data",l),t.on("travel",({title:h})=>{
a=h,l()})}var Jx=r=>c("Decoded `by {title}`").split("`").map(e=>e.replace("{title}",()=>r)).map((e,t)=>t%2?u("span",{},e):
e);var Qx=1.2,eS=r=>r*r*(3-2*r),Ao=class{plane;button=x(c("Move codes to the other plane"),()=>this.toggle(),{"aria-pressed":"\
false","aria-keyshortcuts":"v",title:c("Key V")});row=u("div",{class:"lp-travel lp-switches",hidden:!0},this.button);homeCodes;partnerPlaces;placeAll;progress;goal;clock;constructor(e){
this.plane=e,e.parts.switches.after(this.row),this.homeCodes=e.codes,this.partnerPlaces=e.codes.xy,this.placeAll=O(kt),this.
progress=this.goal=0,this.clock=new Ve(t=>this.setProgress(this.progress+(this.goal?t:-t)/Qx)),e.events.on("linked",()=>this.
updateEnds()),e.events.on("moment",()=>{for(let t of[e,ie(e)])t?.events.emit("past")}),e.events.on("past",()=>this.updateAvailability()),
e.events.on("key",({id:t})=>{t==="travel"&&!this.row.hidden&&this.toggle()}),e.events.on("choose",()=>{this.progress&&e.
dropOutline()}),e.events.on("close",()=>this.clock.stop())}updateEnds(){let{plane:e}=this,t=ie(e,"images")&&ie(e,"z");this.
row.hidden=!t;let{homeCodes:s,partnerPlaces:n}=this;if(this.homeCodes=e.presentCodes,!t)return this.returnHomeWithoutAnimation();
let{header:o,slice:i}=e;this.partnerPlaces=t.fields.xy?t.fields.xy.values:this.placeAll(t.fields.z.values,o.dim,i),this.
goal&&this.setGoal(1),this.progress&&(s!==this.homeCodes||n!==this.partnerPlaces)&&this.showCodes()}returnHomeWithoutAnimation(){
this.clock.stop(),!(!this.goal&&!this.progress)&&(this.progress=0,this.setGoal(0),this.plane.pastFrame||this.showCodes())}updateAvailability(){
let e=Ls(this.plane);e&&this.returnHomeWithoutAnimation(),this.button.setAttribute("aria-disabled",String(e)),this.button.
setAttribute("title",e?c("Only at the end of the time axis; an earlier moment is shown now"):c("Key V"))}toggle(){Ls(this.
plane)||(this.setGoal(1-this.goal),window.matchMedia("(prefers-reduced-motion: reduce)").matches?this.setProgress(this.goal):
this.clock.start())}setProgress(e){this.progress=Math.min(1,Math.max(0,e)),this.progress===this.goal&&this.clock.stop(),
this.showCodes()}setGoal(e){this.goal=e,this.button.setAttribute("aria-pressed",String(!!e));let t=e?ie(this.plane):null;
this.plane.events.emit("travel",{title:t?.header.link?.title??""})}showCodes(){let{plane:e,homeCodes:t,partnerPlaces:s,progress:n}=this;
e.showCodes(n?{...t,xy:ge(t.xy,s,eS(n))}:t),n===this.goal&&e.preparePicking(),e.setHovered(-1),e.redrawCodes()}};var tS=c("Diagram of the adversarial autoencoder. The encoder turns an image x into a code z, and the decoder turns z in\
to the reconstruction x̂. The discriminator D is given codes and samples of the prior p(z) and tells which is which; the\
 encoder is trained to deceive it."),[op,sS]=[360,212],Jt=132,rS=300,nS=["M71 52H86","M130 52H162","M199 52H230","M274 5\
2H289"],oS=["M180 71V130","M290 157H245"],iS="M115 157H104V81",aS=[[34,103,c("image x"),""],[108,12,c("Encoder"),"lp-net"],
[180,57,"z","lp-net"],[252,12,c("Decoder"),"lp-net"],[326,103,c("image x̂"),""],[180,153,"D","lp-net"],[180,169,c("code\
 or sample?"),""],[326,207,c("prior p(z)"),""],[44,146,c("D’s verdict"),""],[44,161,c("trains the"),""],[44,176,c("enc\
oder"),""]],To=class{plane;imageIndex=0;inputPicture=u("canvas",{class:"lp-story-picture lp-story-input","aria-hidden":"\
true"});outputPicture=u("canvas",{class:"lp-story-picture lp-story-output","aria-hidden":"true"});priorPicture=u("canvas",
{class:"lp-story-picture lp-story-prior","aria-hidden":"true",width:Jt,height:Jt});stepText=C("text",{x:op,y:117,class:"\
lp-story-step"});verdict=u("p",{class:"lp-story-verdict"});replayButton;host;constructor(e,t){this.plane=e,this.replayButton=
x(c("↻ Replay"),t,{title:c("Play the training again")});let s=u("div",{class:"lp-story-drawing"},lS(this.stepText),this.
inputPicture,this.outputPicture,this.priorPicture),n=u("div",{class:"lp-story-foot"},this.verdict,this.replayButton);this.
host=u("figure",{class:"lp-story",hidden:!0},s,n),e.parts.panel.before(this.host),e.events.on("pick",({index:o})=>this.encodeImage(
o)),e.events.on("z",({source:o})=>{["drag","keys","slide"].includes(o)&&this.encodeImage(-1)}),e.events.on("pictures",()=>this.
drawInput()),e.events.on("networks",()=>this.drawInput()),e.events.on("drawn",({dOfZ:o})=>this.onPlaneDrawn(o))}get isShown(){
return!this.host.hidden}show(e,t){this.host.hidden=!e,this.replayButton.hidden=!t,e&&(this.drawInput(),this.drawPrior())}setPlaying(e){
this.host.classList.toggle("lp-flowing",e)}encodeImage(e){this.imageIndex=e,this.host.classList.toggle("lp-by-hand",e<0),
this.drawInput()}drawInput(){if(!this.isShown||this.imageIndex<0)return;let{inputPicture:e}=this,t=this.plane.sprites.original(
this.imageIndex);t?gt(e,t):P(e).clearRect(0,0,e.width,e.height)}drawPrior(){let e=this.plane.fields.prior_xy?.values??[],
{extent:t,centre:s}=this.plane.header,n=P(this.priorPicture);n.clearRect(0,0,Jt,Jt),n.fillStyle=`rgb(${qe.prior.join(" ")}\
)`;let o=Jt/(2*t);for(let i=0;i<Math.min(rS,e.length/2);i++){let a=Jt/2+(e[2*i]-s[0])*o,l=Jt/2-(e[2*i+1]-s[1])*o;n.fillRect(
a-1.5,l-1.5,3,3)}}onPlaneDrawn(e){if(!this.isShown)return;let{pastFrame:t,panel:s}=this.plane;s.image.width&&s.image.height&&
gt(this.outputPicture,s.image);let n=t&&this.imageIndex>=0;A(this.stepText,n?c("encoded at step {step}",{step:t.step.toLocaleString(
"en")}):""),A(this.verdict,Number.isFinite(e)?c("D on this code: {share} a sample of the prior",{share:Ze(e)}):"")}};function lS(r){
let e=(n,o)=>C("path",{class:`lp-story-arrow ${o}`,d:n,"marker-end":"url(#lp-story-head)"}),t=C("marker",{id:"lp-story-h\
ead",viewBox:"0 0 8 8",refX:7,refY:4,markerWidth:5,markerHeight:5,orient:"auto"},C("path",{d:"M0 0L8 4L0 8Z"})),s=aS.map(
([n,o,i,a])=>C("text",{x:n,y:o,class:a},i));return C("svg",{viewBox:`0 0 ${op} ${sS}`,role:"img","aria-label":tS},C("def\
s",{},t),C("path",{class:"lp-story-net lp-story-encoder",d:"M88 18L128 36V68L88 86Z"}),C("path",{class:"lp-story-net",d:"\
M232 36L272 18V86L232 68Z"}),C("rect",{class:"lp-story-rival",x:117,y:132,width:126,height:50,rx:8}),C("circle",{class:"\
lp-story-code",cx:180,cy:52,r:16}),...nS.map(n=>e(n,"lp-story-way")),...oS.map(n=>e(n,"lp-story-contest")),e(iS,"lp-stor\
y-feedback"),...s,r)}function ip({codes:r,view:e}){let t=Math.ceil(e.width/12),s=Math.ceil(e.height/12),n=new Uint32Array(t*s);for(let o=0;o<
r.xy.length/2;o++){let[i,a]=e.toScreen(r.xy[2*o],r.xy[2*o+1]);i>=0&&a>=0&&i<e.width&&a<e.height&&n[Math.floor(a/12)*t+Math.
floor(i/12)]++}return({left:o,top:i,right:a,bottom:l})=>{let h=0,m=Math.min(t-1,Math.floor(a/12)),d=Math.min(s-1,Math.floor(
l/12));for(let p=Math.max(0,Math.floor(i/12));p<=d;p++)for(let f=Math.max(0,Math.floor(o/12));f<=m;f++)h+=n[p*t+f];return h}}var ap="dragged",cS="lp-dragged",hS=["drag","keys","slide"],Co=22,Eo=38,Is=17,Rs=24,mS=[56,84,112,140,168],lp=12,ko=class{plane;host=u(
"p",{class:"lp-invite",role:"status",hidden:!0});leader=u("i",{class:"lp-invite-leader","aria-hidden":"true",hidden:!0});constructor(e){
this.plane=e,e.parts.plane.append(this.leader,this.host),e.addOverlay(()=>this.placeInvitation()),e.events.on("z",({source:t})=>{
hS.includes(t)?this.onZMoved():this.placeInvitation()})}showInvitation(){if(fs("localStorage",ap)||!this.plane.slice.decodable)
return;this.host.hidden=this.leader.hidden=!1;let e=u("span",{class:"lp-hidden"}," "+c("On the keyboard, the arrow keys \
move it.")),t=G(c("Drag me: the image follows"),!!this.plane.header.features);this.host.replaceChildren(u("span",{},t,e)),
this.placeInvitation()}hideInvitation(){this.host.hidden=this.leader.hidden=!0,this.host.replaceChildren()}onZMoved(){this.
host.hidden||(this.hideInvitation(),St("localStorage",ap),requestAnimationFrame(()=>performance.mark(cS)))}placeInvitation(){
if(this.host.hidden)return;let{slice:e,view:t,z:s,parts:n}=this.plane,[o,i]=t.toScreen(...e.project(s)),a=n.surface.getBoundingClientRect(),
l=[n.corner,n.legend].map(p=>p.getBoundingClientRect()).map(p=>({left:p.left-a.left,top:p.top-a.top,right:p.right-a.left,
bottom:p.bottom-a.top})),h=this.host.offsetWidth,[m,d]=uS(o,i,h,t,l,ip(this.plane));this.host.style.visibility=this.leader.
style.visibility=Number.isFinite(m+d)?"":"hidden",this.host.style.left=`${m}px`,this.host.style.top=`${d}px`,this.drawLeader(
[o,i],[Os(o,m,m+h),Os(i,d-Is,d+Is)])}drawLeader([e,t],[s,n]){this.leader.style.left=`${e}px`,this.leader.style.top=`${t}\
px`,this.leader.style.width=`${Math.hypot(s-e,n-t)}px`,this.leader.style.rotate=`${Math.atan2(n-t,s-e)}rad`}},Os=(r,e,t)=>Math.
min(Math.max(e,t),Math.max(e,r));function uS(r,e,t,{width:s,height:n},o=[],i=()=>0){let a=([b,y])=>o.every(w=>b>=w.right||
b+t<=w.left||y-Is>=w.bottom||y+Is<=w.top),l=Os(e,Rs,n-Rs),h=[e<n/2?Eo:-Eo,e<n/2?-Eo:Eo].map(b=>Os(e+b,Rs,n-Rs)),m=Os(r-t/
2,0,s-t),d=[];r>=0&&r+Co+t<=s&&d.push([r+Co,l]),r<=s&&r-Co-t>=0&&d.push([r-Co-t,l]);for(let b of h){d.push([m,b]);let y=Math.
min(s,...o.filter(w=>w.right>s/2).map(w=>w.left));d.push([Os(y-t,0,m),b])}d.push(...dS(r,e,t,s,n));let p=([b,y])=>i({left:b,
top:y-Is,right:b+t,bottom:y+Is}),f=null,g=1/0;for(let b of d.filter(a)){let y=p(b);y<g&&([f,g]=[b,y])}return f??d[0]}function dS(r,e,t,s,n){
let o=[];for(let i of mS)for(let a=0;a<lp;a++){let l=2*Math.PI*a/lp,h=r+i*Math.cos(l)-t/2*(1-Math.cos(l)),m=e+i*Math.sin(
l);h>=0&&h+t<=s&&m>=Rs&&m<=n-Rs&&o.push([h,m])}return o}var pS=8,Po="opening played",fS="lp-moving",cp=["pointerdown","keydown"],Lo=-1,[Jl,gS]=[.15,.75],bS=1.6,Yl=0,Io=class{plane;timeMachine;captionText=u(
"span",{role:"status"});playButton=x(c("Play the training"),()=>this.playOpening());caption=u("div",{class:"lp-caption",
hidden:!0},this.captionText,this.playButton);invitation;diagram;image;wasOffered;haveCodesMoved;frame;onUserAction;constructor(e,t){
this.plane=e,this.timeMachine=t,e.parts.foot.append(this.caption),this.invitation=new ko(e),this.diagram=new To(e,()=>this.
playOpening()),this.image="",this.wasOffered=this.haveCodesMoved=!1,this.frame=0,this.onUserAction=s=>this.endByUser(s),
e.events.on("data",()=>this.onMessage(e.header.opening)),e.events.on("close",()=>this.stop())}onMessage(e){let t=!!e;if(this.
timeMachine.scrubber.setPrimary(!t),this.diagram.show(t,!!e?.play&&this.timeMachine.hasOwnAxis),!e)return this.showPresent(),
this.invitation.hideInvitation();if(this.frame===Lo&&this.showHeap(),this.wasOffered)return;if(this.wasOffered=!0,this.image=
e.image,!(e.play&&this.timeMachine.hasOwnAxis&&!fs("sessionStorage",Po)))return this.invitation.showInvitation();if(window.
matchMedia("(prefers-reduced-motion: reduce)").matches)return St("sessionStorage",Po),this.invitation.showInvitation(),this.
showCaption(Zl(1,this.image),!0);this.playOpening()}async playOpening(){let{timeMachine:e,plane:t}=this;for(let s of cp)
window.addEventListener(s,this.onUserAction,!0);if(this.frame=Lo,this.invitation.hideInvitation(),this.showHeap(),await e.
pastView.fetchFrames(),await e.pastView.prefetchFirstDecoder(),this.frame===Lo){if(!e.pastView.history||t.closed)return this.
showPresent();e.playFromStart(pS,yS),this.diagram.setPlaying(!0),this.frame=requestAnimationFrame(()=>this.updatePicture())}}showHeap(){
let{plane:e}=this,{untrained:t}=e.fields;this.diagram.encodeImage(Yl),this.showCaption(Zl(0,this.image)),!(!t||e.pastFrame)&&
(e.showCodes({...e.presentCodes,xy:kt(t.values,e.header.dim,e.slice)}),e.redrawCodes())}updatePicture(){let{timeMachine:e,
plane:t}=this,{isRunning:s}=e.player,n=s?e.playedShare:1;e.fractionalStopIndex>0&&!this.haveCodesMoved&&(this.haveCodesMoved=
!0,e.pastView.prefetchSavedDecoders(),St("sessionStorage",Po),requestAnimationFrame(()=>performance.mark(fS)));let o=e.pastView.
codeNow(Yl);if(o&&t.setZ(o,"link"),this.showCaption(Zl(n,this.image)),s){this.frame=requestAnimationFrame(()=>this.updatePicture());
return}this.frame=0,this.diagram.setPlaying(!1),this.invitation.showInvitation()}endByUser(e){if(St("sessionStorage",Po),
e.composedPath().includes(this.timeMachine.scrubber.host))return this.stop();this.showPresent(),this.wasOffered&&this.invitation.
showInvitation()}showPresent(){let{timeMachine:e,plane:t}=this;this.frame>0&&e.hasOwnAxis&&e.moveToStop(e.lastStopIndex),
this.frame===Lo&&!t.pastFrame&&(t.showCodes(t.presentCodes),t.redrawCodes());let s=this.frame!==0;this.stop();let n=s?e.
pastView.codeNow(Yl):null;n&&t.setZ(n,"link")}stop(){for(let e of cp)window.removeEventListener(e,this.onUserAction,!0);
this.frame>0&&cancelAnimationFrame(this.frame),this.frame=0,this.diagram.setPlaying(!1),this.keepFocusOnPlane(),this.caption.
hidden=!0}keepFocusOnPlane(){this.playButton.matches(":focus")&&this.plane.parts.surface.focus()}showCaption(e,t=!1){this.
caption.hidden=!1,t||this.keepFocusOnPlane(),this.playButton.hidden=!t,this.captionText.textContent!==e&&(this.captionText.
textContent=e)}},yS=r=>Math.max(0,(r-Jl)/(1-Jl))**bS;function Zl(r,e){return r<Jl?c("Untrained: the codes of all images \
lie in a heap. Each mark is the code of {image}.",{image:e}):r<gS?c("Trained against D: it pushes the codes towards the \
prior, the shape behind them."):c("The codes fill the prior. Drag over it: wherever you go, the decoder draws an image.")}var Ro={low:1,high:12,usual:4},wS=[[c("Full"),15],[c("Half"),8],[c("Faint"),3]],Oo=class{painter;erases=!1;radius=Ro.usual;strength=15;owner=-1;hasOfferChanged=k();toolButtons;undoButton;sizeSlider;strengthSelect=u(
"select",{"aria-label":c("Strength of the brush"),onchange:()=>this.strength=Number(this.strengthSelect.value)},...wS.map(
([e,t])=>u("option",{value:t},e)));shapeButtons=u("div",{class:"lp-switches",role:"group","aria-label":c("Ready shapes")});classButtons=u(
"div",{class:"lp-switches",role:"radiogroup","aria-label":c("Class to paint")});divideButton;root;constructor(e){this.painter=
e;let t=(s,n)=>x(s,()=>this.chooseTool(n),{"aria-pressed":String(n===this.erases)});this.toolButtons=[t(c("Brush"),!1),t(
c("Eraser"),!0)],this.undoButton=x(c("Undo"),()=>e.undo()),this.sizeSlider=u("input",{type:"range",min:Ro.low,max:Ro.high,
step:1,value:Ro.usual,"aria-label":c("Size of the brush"),oninput:()=>{this.radius=Number(this.sizeSlider.value),e.paintingCanvas.
requestPaint()}}),this.divideButton=x(c("Divide among the classes"),()=>e.replacePainting($n(e.cells,e.offer.classes.length))),
Fe(this.classButtons,"button"),this.root=u("div",{class:"ps-controls"},u("div",{class:"lp-switches",role:"group","aria-l\
abel":c("Painting")},...this.toolButtons,this.undoButton,x(c("Clear"),()=>e.replacePainting(new Uint8Array(ne)))),u("lab\
el",{class:"ps-field"},u("span",{},c("Size")),this.sizeSlider),u("label",{class:"ps-field"},u("span",{},c("Strength")),this.
strengthSelect),this.classButtons,this.divideButton,this.shapeButtons)}chooseTool(e){this.erases=e,this.toolButtons.forEach(
(t,s)=>t.setAttribute("aria-pressed",String(!!s===e))),this.painter.paintingCanvas.requestPaint()}get currentBrush(){return{
radius:this.radius,strength:this.erases?0:this.strength,owner:this.owner}}buildShapeAndClassButtons(e,t,s){if(!this.hasOfferChanged(
JSON.stringify([e,t,s])))return;this.shapeButtons.replaceChildren(...e.map(({title:o,text:i})=>x(o,()=>this.painter.replacePainting(
ot(i))))),this.owner=t.length?Math.max(0,Math.min(this.owner,t.length-1)):-1,this.classButtons.hidden=this.divideButton.
hidden=!t.length;let n=(o,i)=>u("button",{type:"button",class:"lp-button",role:"radio","aria-checked":String(i===this.owner),
tabindex:i===this.owner?"0":"-1",onclick:()=>this.chooseClass(i)},u("i",{class:"ps-colour",style:`background: ${s[i]}`}),
o);this.classButtons.replaceChildren(...t.slice(0,qn).map(n)),De(this.classButtons,"button")}chooseClass(e){this.owner=e,
[...this.classButtons.children].forEach((t,s)=>t.setAttribute("aria-checked",String(s===e))),this.chooseTool(!1)}};var be=6,hp=.2,vS=.65,No=class extends bs{painter;isHovered=!1;root;constructor(e){super({tool:"brush",step:3,fine:1,edge:.5,
begin:t=>e.beginStroke(t),draw:(t,s)=>e.continueStroke(t,s),end:t=>e.endStroke(t),undo:()=>e.undo(),paint:()=>this.paint(),
placeText:()=>this.placeText()},{class:"ps-canvas",width:I*be,height:I*be,"aria-label":c("Painting of the prior"),"aria-\
describedby":"ps-keys ps-status",onpointerleave:()=>this.setHovered(!1)},{class:"lp-note",id:"ps-keys"}),this.painter=e,
this.size=[I,I],this.place=[I/2,I/2],this.root=u("div",{class:"ps-easel"},this.canvas,this.announcement)}onMove(e){this.
setHovered(e.pointerType!=="touch"),this.pointer<0&&!this.isDown&&(this.place=this.placeOf(e)),super.onMove(e)}setHovered(e){
this.isHovered=e,this.requestPaint()}placeText(){let{cells:e,offer:{half:t}}=this.painter,[s,n]=this.place,o={across:v((2*
s/I-1)*t,1),up:v((1-2*n/I)*t,1)};return e[Math.floor(n)*I+Math.floor(s)]?c("{across}, {up}: painted",o):c("{across}, {up\
}: empty",o)}paint(){let{cells:e,controls:{radius:t,erases:s},offer:{colours:n}}=this.painter,o=P(this.canvas),i=Ae(this.
canvas);o.clearRect(0,0,I*be,I*be);for(let a=0;a<e.length;a++){if(!e[a])continue;let l=nt(e[a]);o.globalAlpha=hp+(vS-hp)*
fe(e[a])/15,o.fillStyle=l<0?et:n[l],o.fillRect(a%I*be,Math.floor(a/I)*be,be,be)}o.globalAlpha=1,(this.isHovered||this.canvas.
matches(":focus-visible"))&&(o.setLineDash(s?[6,4]:[]),Se(o,this.place[0]*be,this.place[1]*be,t*be,i.background,5),this.
drawRing(o,be,t*be,i.text),o.setLineDash([]))}};var xS=50,Fo=class{send;offer={session:"",painting:"",half:1,shapes:[],classes:[],colours:[]};cells=new Uint8Array(ne);undoStack=[];hasStrokeChanged;hasPainting;echo=new B;paintingCanvas;controls;status;root;constructor(e){
this.send=e,this.hasStrokeChanged=this.hasPainting=!1,this.paintingCanvas=new No(this),this.controls=new Oo(this),this.status=
u("p",{class:"lp-note",id:"ps-status",role:"status"}),this.root=u("div",{class:"ps",role:"group","aria-label":c("Paint t\
he prior")},this.controls.root,this.status,this.paintingCanvas.hint)}showPainting(e){let t=this.hasPainting&&e.session!==
this.offer.session;this.offer=e,this.controls.buildShapeAndClassButtons(e.shapes,e.classes,e.colours),t?this.restorePainting(
e.painting):this.echo.isNewValue(e.painting)&&(this.hasPainting&&this.undoStack.push(this.cells),this.hasPainting=!0,this.
cells=ot(e.painting),this.paintingCanvas.isDown=!1),this.updateStatus()}restorePainting(e){this.echo=new B,this.echo.isNewValue(
e);let t=Kt(this.cells);t!==e&&(this.echo.noteSent(t),this.send(t))}beginStroke(e){this.undoStack.push(this.cells.slice()),
this.hasStrokeChanged=Ll(this.cells,e,e,this.controls.currentBrush)}continueStroke(e,t){this.hasStrokeChanged=Ll(this.cells,
e,t,this.controls.currentBrush)||this.hasStrokeChanged}endStroke(e){if(e&&this.hasStrokeChanged)return this.sendPainting();
this.cells=this.undoStack.pop()??this.cells,this.updateStatus()}undo(){this.paintingCanvas.stopStroke(!0);let e=this.undoStack.
pop();e&&(this.cells=e,this.sendPainting())}replacePainting(e){this.paintingCanvas.stopStroke(!0),Kt(e)!==Kt(this.cells)&&
(this.undoStack.push(this.cells),this.cells=e,this.sendPainting())}sendPainting(){this.undoStack=this.undoStack.slice(-xS);
let e=Kt(this.cells);this.echo.noteSent(e),this.send(e),$({kind:"paint"}),this.updateStatus()}updateStatus(){this.controls.
undoButton.setAttribute("aria-disabled",String(!this.undoStack.length));let e=Ju(this.cells,this.offer.classes);this.status.
textContent!==e&&(this.status.textContent=e),this.paintingCanvas.requestPaint()}};var Do=class{plane;painter;easel;constructor(e){this.plane=e,this.painter=new Fo(t=>e.sendMessage("painting",{text:t})),
this.easel=u("div",{class:"lp-easel",hidden:!0},this.painter.paintingCanvas.root),e.parts.surface.after(this.easel),e.parts.
panel.before(this.painter.root),e.events.on("data",()=>this.showOffer()),e.events.on("drawn",()=>this.placeCanvas())}showOffer(){
let{header:e,parts:t}=this.plane,{brush:s}=e,n=e.revision==="";this.easel.hidden=this.painter.root.hidden=!s,t.root.classList.
toggle("lp-painting",!!s),t.root.classList.toggle("lp-blank",n),t.surface.inert=n,s&&(this.painter.showPainting(s),this.
placeCanvas())}placeCanvas(){let{header:e,view:t}=this.plane;if(!e.brush)return;let{half:s}=e.brush,[n,o]=t.toScreen(-s,
s),i={left:`${n}px`,top:`${o}px`,width:`${2*s*t.scale}px`};Object.assign(this.painter.paintingCanvas.root.style,i),this.
easel.style.height=`${t.height}px`}};var mp=1e3,Ql=.1,Ns={likely:c("A likely sample of the prior"),rare:c("A rare sample of the prior"),never:c("Hardly ever \
drawn from the prior")},at=class{dim;spec;typical;levels;rowCount;quantileTable;samples;densityTable;sampleScores=null;arcCoordinates;constructor(e,t){
let{quantiles:s,prior_samples:n,prior_log:o}=t;this.dim=e.dim,this.spec=e.prior,this.typical=e.typical,this.levels=e.prior?.
levels??[],this.rowCount=s?.shape[0]??0,this.quantileTable=s?.values??null,this.samples=n?.values,this.densityTable=o?new Ts(
t):null,this.arcCoordinates=this.spec&&this.typical?.kind==="arc"?MS(this.spec.scale):new Float64Array(0)}logDensity(e){
let{spec:t,densityTable:s}=this;if(s)return s.logDensity(e);let n=t&&As[t.name]?.logDensity;return n?t.heads?yl(t.heads.
map(o=>n(SS(e,o),t))):n(e,t):NaN}isTypical(e){let t=this.typical;if(!t)return null;let s=this.spec?.heads??[[0,0]];if(t.
kind==="arc")return s.some(([o,i])=>this.distanceToArc(e[0]-o,e[1]-i)<=t.distance);if(this.densityTable&&!this.densityTable.
contains(e))return!1;let n=this.logDensity(e);return Number.isNaN(n)?null:n>=t.log-1e-4*Math.max(1,Math.abs(t.log))}likelihood(e,t=this.
isTypical(e)){if(t===null)return null;if(!t)return"never";let s=this.scoreQuantile(Ql);return this.score(e)>=s-1e-6*Math.
max(1,Math.abs(s))?"likely":"rare"}get isFlat(){if(!this.typical)return!1;let[e,t]=[this.scoreQuantile(Ql),this.scoreQuantile(
1-Ql)];return t-e<1e-6*Math.max(1,Math.abs(t))}get hasComponents(){return this.spec?.name==="mixture"||(this.spec?.heads?.
length??0)>1}score(e){if(this.typical?.kind!=="arc")return this.logDensity(e);let t=this.spec?.heads??[[0,0]];return-Math.
min(...t.map(([s,n])=>this.distanceToArc(e[0]-s,e[1]-n)))}scoreQuantile(e){return this.sampleScores??=this.scoreSamples(),
this.sampleScores[Math.floor(e*this.sampleScores.length)]}scoreSamples(){let{dim:e}=this,t=this.drawSamples(mp);return Float64Array.
from({length:mp},(n,o)=>this.score(t.subarray(o*e,(o+1)*e))).filter(n=>!Number.isNaN(n)).sort()}drawSamples(e){let{spec:t,
dim:s,samples:n}=this,o=new Float32Array(e*s);if(!t)return o;let i=Mo(1);for(let a=0;a<e;a++)o.set(Lt(t,s,i,n),a*s);return o}distanceToArc(e,t){
let s=1/0;for(let n=0;n<this.arcCoordinates.length;n+=2)s=Math.min(s,(this.arcCoordinates[n]-e)**2+(this.arcCoordinates[n+
1]-t)**2);return Math.sqrt(s)}quantile(e,t){return this.quantileTable?Gt(this.quantileRow(t),re(this.levels,e)):NaN}percentile(e,t){
return this.quantileTable?Gt(this.levels,re(this.quantileRow(t),e)):NaN}quantileRow(e){let t=this.levels.length,s=e%this.
rowCount*t;return this.quantileTable.subarray(s,s+t)}},SS=(r,e)=>Array.from(r,(t,s)=>t-e[s]),MS=r=>Float64Array.from(Array.
from({length:Ce.steps},(e,t)=>br(t/(Ce.steps-1))).flat(),e=>r*e);var AS=new te(2),tc=(r,e)=>[...r.filter(t=>t<e),e],sc=(r,e)=>Math.round(re(r,e));function ec(r,e,t){let s=Za(),n=new Float32Array(
t);for(let o=0;o<t;o++)n[o]=s[r[e+o]];return n}var Cr=class{header;steps;fields;size;dim;decoderSteps;placesByFrame;surfaceAt;slice;constructor({
header:e,fields:t}){this.header=e,this.steps=e.steps,this.fields=t;let[s,n,o]=t.z.shape;if(s!==this.steps.length||t.rows.
values.length!==n)throw new Error(c("The frames do not fit one another; reload the page."));this.size=n*o,this.dim=o,this.
decoderSteps=Object.keys(e.keys).map(Number).sort((i,a)=>i-a),this.placesByFrame=new Map,this.surfaceAt=ve(i=>{let{judged:a}=this.
fields;if(!a)return null;let[,l,h]=a.shape;return{values:ec(a.values,i*l*h,l*h),shape:[l,h],box:this.header.box}}),this.
slice=null}momentOf(e){let{steps:t,epochs:s,losses:n,distances:o}=this.header;return{step:t[e],epoch:s[e],losses:n[e],distance:o[e]}}codesAt(e){
return ec(this.fields.z.values,e*this.size,this.size)}codeOf(e,t){let s=this.fields.rows.values.indexOf(t);return s<0?null:
ec(this.fields.z.values,e*this.size+s*this.dim,this.dim)}placesAt(e,t,s){this.slice!==t&&this.placesByFrame.clear(),this.
slice=t;let n=this.placesByFrame.get(e);if(n?.length===s.length)return n;let o=this.codesAt(e),i=new Float32Array(s.length).
fill(NaN),a=t.shownDimensions.length===1;return this.fields.rows.values.forEach((l,h)=>{if(2*l>=i.length)return;let[m,d]=t.
project(o,h*this.dim);i[2*l]=m,i[2*l+1]=a?s[2*l+1]:d}),this.placesByFrame.set(e,i),i}nearestDecoder(e,t){let s=o=>Math.abs(
Math.log((o+10)/(this.steps[e]+10))),n=this.decoderSteps.reduce((o,i)=>s(i)<s(o)?i:o,t);return n===t?-1:n}};function Fs({
values:r,shape:[e,t],box:s},n,o){let[i,a,l,h]=s,m=(n-i)/(a-i)*(t-1),d=(o-l)/(h-l)*(e-1);if(!(m>=0&&d>=0&&m<=t-1&&d<=e-1))
return NaN;let p=Math.min(t-2,Math.floor(m)),f=Math.min(e-2,Math.floor(d)),[g,b]=[m-p,d-f],y=(w,S)=>r[w*t+S];return(1-b)*
((1-g)*y(f,p)+g*y(f,p+1))+b*((1-g)*y(f+1,p)+g*y(f+1,p+1))}var up=r=>AS.getOrFetch(r,async()=>new Cr(xe(new Uint8Array(await ue(
r,c("The frames"))))));var _o=c("The losses of D and of the encoder against it need not fall: each is measured against the other, which learns \
too. The distance tells whether q(z) comes closer to p(z)."),TS=[ze("reconstruction"),ze("encoder against D"),ze("classi\
fication"),ze("Distance to the prior (MMD²)"),ze("Distance to the prior (Jensen–Shannon)")],Er=r=>TS.includes(r)?c(r):
r,It=(r,e)=>Number.isNaN(e)?c("step {step}",{step:r.toLocaleString("en")}):c("step {step}, epoch {epoch}",{step:r.toLocaleString(
"en"),epoch:v(e,e<10?2:1)});function dp({losses:r,distance:e},t,s){let n=Object.entries(t).flatMap(([i,a])=>i in r?[`${Er(
a)} ${rc(r[i])}`]:[]),o=n.length?[c("Losses: {losses}.",{losses:n.join(", ")})]:[];return e!==null&&o.push(c("{measure}:\
 {distance}.",{measure:Er(s),distance:v(e,3)})),_(...o)}function rc(r){let e=Math.abs(r);return e<10?v(r,2):v(r,e<100?1:
0)}function pp(r,e,t="coming"){if(r<0)return c("The image comes from the latest decoder; none was saved closer to this s\
tep.");let s={step:r.toLocaleString("en")};return t==="coming"?c("The image comes from the latest decoder until the deco\
der of step {step} has been fetched.",s):t==="failed"?c("The image comes from the latest decoder: the decoder of step {s\
tep} could not be fetched.",s):r===e?c("The image comes from the decoder of this step."):c("The image comes from the dec\
oder of step {step}, the nearest that was saved.",s)}function Ds({keys:r,resumed:e,changed:t=[]},s){let n=(o,i)=>i.map(a=>({
share:s(Number(a)),kind:o}));return[...n("key",Object.keys(r)),...n("resumed",e),...n("changed",t.map(({step:o})=>o))]}function fp(r,{
resumed:e,changed:t=[]}){let s=i=>i.map(a=>a.toLocaleString("en")).join(", "),n=[];r.length&&n.push(r.length>4?c("Dots: \
decoders that were saved ({count} of them).",{count:r.length}):c("Dots: decoders that were saved (step {steps}).",{steps:s(
r)})),e.length&&n.push(c("Bars: the training was resumed (step {steps}).",{steps:s(e.slice(-4))}));let o=t.slice(-4).map(
({step:i,factor:a})=>c("× {factor} from step {step}",{factor:a,step:i.toLocaleString("en")}));return o.length&&n.push(c(
"Triangles: the schedule changed the learning rates ({changes}).",{changes:o.join(", ")})),_(...n)}var CS=1e3,gp=.12,nc=.6,ES=(1+Math.sqrt(5))/2,kS="lp-live-foot",PS="lp-live",Bo=class{plane;note=u("p",{class:"lp-live",
hidden:!0});frame;places;start;share;moveSeconds;arrivedAt;timer;isAsking;haveCodesMoved;clock;constructor(e){this.plane=
e,e.parts.foot.append(this.note),this.frame=null,this.places=this.start=new Float32Array(0),this.share=1,this.moveSeconds=
gp,this.arrivedAt=0,this.timer=0,this.isAsking=this.haveCodesMoved=!1,this.clock=new Ve(t=>this.move(t)),e.events.on("da\
ta",({isOtherRevision:t})=>this.onMessage(t)),e.events.on("close",()=>this.stop())}onMessage(e){let{header:t,slice:s}=this.
plane;if(e&&(this.stop(),this.frame=null),this.plane.parts.foot.classList.toggle(kS,!!t.live),!t.live||!s.decodable)return this.
finish();this.frame&&this.showPlaces(this.places),!this.timer&&!this.isAsking&&this.ask()}stop(){this.plane.decoder.followTraining(
null),window.clearTimeout(this.timer),this.timer=0,this.clock.stop(),this.note.hidden=!0}async ask(){let{plane:e}=this,{
revision:t}=e.header;this.timer=0,this.isAsking=!0;let s=await e.decoder.server.fetchLiveCodes(this.frame?.steps[0]??-1).
catch(()=>null);this.isAsking=!1,!(e.closed||!e.header.live||e.header.revision!==t)&&(s&&e.decoder.followTraining(s.header.
decoder),s?.header.steps.length&&this.moveTo(new Cr(s)),this.timer=window.setTimeout(()=>this.ask(),s?.header.pause??CS))}moveTo(e){
let t=performance.now(),s=(t-this.arrivedAt)/1e3;this.start=this.frame?this.places:this.plane.presentCodes.xy,this.moveSeconds=
Math.min(nc,Math.max(gp,s)),this.arrivedAt=t,this.frame=e,this.note.hidden=!1,A(this.note,this.noteText(e)),this.showFrame(),
this.beginMove()}noteText(e){let{step:t,epoch:s}=e.momentOf(0),n=c("Live: {moment}",{moment:It(t,s)}),[o,i]=[e.fields.rows.
values.length,this.plane.presentCodes.xy.length/2];return o>=i?n:c("{text} · {count} of {total} codes",{text:n,count:o.
toLocaleString("en"),total:i.toLocaleString("en")})}showFrame(){let{plane:e,frame:t}=this;if(!t)return;let s=t.surfaceAt(
0),n=!e.pastFrame;e.setPastFrame({step:t.steps[0],surface:s,discriminatorAt:o=>s?Fs(s,o[0],o[1]):NaN,codeOf:o=>t.codeOf(
0,o)}),n&&e.updateSwitches()}beginMove(){this.share=0,window.matchMedia("(prefers-reduced-motion: reduce)").matches?this.
move(nc):this.clock.isRunning||this.clock.start()}move(e){this.share=Math.min(1,this.share+e/this.moveSeconds);let t=this.
endPlaces();this.start.length!==t.length&&(this.start=t),this.places=this.share<1?LS(this.start,t,this.share):t,this.showPlaces(
this.places),this.haveCodesMoved||performance.mark(PS),this.haveCodesMoved=!0,!(this.share<1)&&(this.clock.stop(),this.frame||
this.arrive())}endPlaces(){let{frame:e,plane:t}=this;return e?e.placesAt(0,t.slice,t.presentCodes.xy):t.presentCodes.xy}showPlaces(e){
let{plane:t}=this;this.showFrame(),e.length===t.presentCodes.xy.length&&t.showCodes({...t.presentCodes,xy:e}),t.setHovered(
-1),t.redrawCodes()}finish(){if(!this.frame)return this.stop();this.stop(),this.start=this.places,this.frame=null,this.moveSeconds=
nc,this.showPlaces(this.places),this.beginMove()}arrive(){let{plane:e}=this;e.setPastFrame(null),e.showCodes(e.presentCodes),
e.preparePicking(),e.updateSwitches(),e.scene.startTasks(),e.redrawCodes(),e.events.emit("moment")}};function LS(r,e,t){
let s=ge(r,e,t);for(let n=0;n<s.length;n+=2){if(!Number.isNaN(s[n]))continue;let i=n/2*ES%1<t?e:r;s[n]=i[n],s[n+1]=i[n+1]}
return s}function IS(r){let e=1/(1+.3275911*Math.abs(r)),t=e*(.254829592+e*(-.284496736+e*(1.421413741+e*(-1.453152027+e*1.061405429))));
return Math.sign(r)*(1-t*Math.exp(-r*r))}var bp={"leaky-relu":r=>r<0?.01*r:r,gelu:r=>r/2*(1+IS(r*Math.SQRT1_2)),silu:r=>r/
(1+Math.exp(-r)),elu:r=>r<0?Math.expm1(r):r,tanh:Math.tanh};function yp(r,e){for(let t=0;t<r.length;t++)r[t]=e(r[t])}var _s=(r,e)=>Math.ceil(r/e)*e;function wp(r,e,t,s,{stride:n,padding:o,transposed:i}){let[a,l]=i?[1,n]:[n,1],h=Array.from(
{length:l},()=>[]);for(let g=0;g<s;g++){let b=((g-o)%n+n)%n,y=(g-o-b)/n;i?h[b].push({tap:g,part:0,shift:-y}):h[0].push({
tap:g,part:b,shift:y})}let m=h.flat().map(({shift:g})=>g),d=Array.from({length:a},(g,b)=>Int32Array.from({length:Math.ceil(
(e-b)/a)},(y,w)=>Math.floor((b+w*a)*r/e))),p=Math.max(0,-Math.min(...m)),f=Math.max(0,...m);return{taps:h,sources:d,phases:l,
before:p,after:f,length:Math.max(Math.ceil(t/l),d[0].length)}}var Ho=class{layer;inputs;outputs;lines;linePitch;planeSize;firstPixel;inputStart;outputStart;channelSize;b;end;phases;constructor(e,t){
let[s,n,o]=e.before,[i,a,l]=e.after;this.layer=e,this.inputs=s*n*o,this.outputs=i*a*l;let h=wp(n,e.enlarged[0],a,e.kernel[0],
e),m=wp(o,e.enlarged[1],l,e.kernel[1],e);this.lines={y:h,x:m};let d=Math.max(m.before,m.after);this.linePitch=m.length+d,
this.planeSize=d+(h.before+h.length+h.after)*this.linePitch,this.firstPixel=d+h.before*this.linePitch,this.inputStart=t;
let p=h.sources.length*m.sources.length,f=_s(t+s*p*this.planeSize+d+8,8);this.outputStart=f,this.channelSize=_s(Math.ceil(
a/h.phases)*this.linePitch,8),this.b=f+_s(i,4)*this.channelSize,this.end=this.b+_s(i,4),this.phases=h.taps.flatMap(g=>m.
taps.map(b=>this.makePhase(s,g,b)))}makePhase(e,t,s){let{linePitch:n,planeSize:o,firstPixel:i,end:a,layer:l,lines:{x:h,y:m}}=this,
d=[],p=[];for(let g=0;g<e;g++)for(let b of t)for(let y of s){let w=(g*m.sources.length+b.part)*h.sources.length+y.part;d.
push(w*o+i+b.shift*n+y.shift),p.push((g*l.kernel[0]+b.tap)*l.kernel[1]+y.tap)}let f=a+p.length*_s(l.after[0],4);return this.
end=f+p.length,{T:a,offsets:f,distances:d,taps:p}}loadWeights(e,t,s){let{layer:n,phases:o,b:i}=this,a=n.after[0],l=new Int32Array(
s.buffer,s.byteOffset,s.length);for(let{T:h,offsets:m,distances:d,taps:p}of o)p.forEach((f,g)=>xs(e,t+f*a,a,4,s,h+g*4,p.
length*4)),l.set(d.map(f=>4*f),m);xs(e,t+n.before[0]*n.kernel[0]*n.kernel[1]*a,a,4,s,i,4)}run(e,t,s,n,o){let{phases:i,inputStart:a,
outputStart:l,b:h,channelSize:m,layer:d}=this;for(let p=0;p<n;p++)this.stageInput(e.heap,t+p*o),i.forEach(({T:f,offsets:g,
taps:b},y)=>{e.correlate(f,h,g,a,l,_s(d.after[0],4),b.length,m),this.writeOutput(e.heap,s+p*o,y)})}stageInput(e,t){let{layer:s,
lines:{x:n,y:o},inputStart:i,planeSize:a,firstPixel:l,linePitch:h}=this,[m,d,p]=s.before,f=i+l;for(let g=0;g<m;g++,t+=d*
p)for(let b of o.sources)for(let y of n.sources){for(let w=0;w<b.length;w++){let[S,M]=[t+b[w]*p,f+w*h];for(let T=0;T<y.length;T++)
e[M+T]=e[S+y[T]]}f+=a}}writeOutput(e,t,s){let{layer:n,lines:{x:o,y:i},outputStart:a,channelSize:l,linePitch:h}=this,[m,d,
p]=n.after,[f,g]=[Math.floor(s/o.phases),s%o.phases];for(let b=0;b<m;b++)for(let y=f,w=a+b*l;y<d;y+=i.phases,w+=h){let S=t+
(b*d+y)*p;for(let M=g,T=w;M<p;M+=o.phases,T++){let L=n.adds?e[T]+e[S+M]:e[T];e[S+M]=n.relu&&L<0?0:L}}}};var RS=32,OS=2**20,vp=r=>Array.isArray(r)?r:[r.before[0]*r.kernel[0]*r.kernel[1],r.after[0]],zo=r=>r.map(vp).reduce((e,[
t,s])=>e+(t+1)*s,0);function NS(r){let[e,t]=vp(r);if(Array.isArray(r))return e*t;let[,s,n]=r.transposed?r.before:r.after;
return e*t*s*n}var Uo=class{activation;multiplications;inputs;outputs;stride;batch;layers;machine;heap;constructor(e,t,s=!0,n="\
relu"){let o=2*zo(t);if(e.byteLength!==o)throw new Error(c("The network's weights arrived incomplete: {count} of {total}\
 bytes.",{count:e.byteLength,total:o}));let i=d=>{let p=d;return t.map((f,g)=>{let b=Array.isArray(f)?new Pn(f,n==="relu"&&
g<t.length-1,p):new Ho(f,p);return p=b.end,b})},a=i(0).map(({inputs:d,outputs:p})=>[d,p]);this.activation=n==="relu"?null:
bp[n],this.multiplications=t.map(NS).reduce((d,p)=>d+p),this.inputs=a[0][0],this.outputs=a[a.length-1][1],this.stride=Math.
max(...a.flat().map(st)),this.batch=Math.max(1,Math.min(RS,Math.floor(OS/this.stride))),this.layers=i(2*this.batch*this.
stride);let l=this.layers[t.length-1].end,h=Math.max(...t.flatMap(d=>Array.isArray(d)?d.map(st):[]),0);this.machine=s&&Ln(
l,h,this.batch)||kn(l),this.heap=this.machine.heap;let m=new Uint16Array(e);this.layers.forEach((d,p)=>d.loadWeights(m,zo(
t.slice(0,p)),this.heap))}runBatch(e){let[t,s]=[0,this.batch*this.stride];for(let n of this.layers)n.run(this.machine,t,
s,e,this.stride),n!==this.layers[this.layers.length-1]&&this.activateBatch(s,n.outputs,e),[t,s]=[s,t];return t}activateBatch(e,t,s){
if(this.activation)for(let n=0;n<s;n++){let o=e+n*this.stride;yp(this.heap.subarray(o,o+t),this.activation)}}runAll(e,t,s){
for(let n=0;n<e;n+=this.batch){let o=Math.min(this.batch,e-n);for(let a=0;a<o;a++)this.heap.fill(0,a*this.stride,a*this.
stride+this.inputs),t(n+a,a*this.stride);let i=this.runBatch(o);for(let a=0;a<o;a++)s(n+a,i+a*this.stride)}}};var xp=new te(8),Sp=({sha:r,activation:e})=>`${r} ${e}`,Bs=r=>xp.getOrFetch(Sp(r),()=>FS(r)),ic=r=>xp.peek(Sp(r));async function FS({
url:r,sha:e,layers:t,activation:s}){let n=await ue(r,c("The network's weights")),o=new Uo(n,t,!0,s);if(!globalThis.crypto?.
subtle)return o;let i=new Uint8Array(await crypto.subtle.digest("SHA-256",n));if(Array.from(i,l=>l.toString(16).padStart(
2,"0")).join("")!==e)throw new Error(c("The network's weights that arrived differ from those that were saved."));return o}var Mp=80,qo=8;function Ap(r,e,t){let s=Array.from({length:r},(o,i)=>i).filter(o=>(!e||e[o])&&t(o)),n=Math.max(1,s.length/
Mp);return Array.from({length:Math.min(s.length,Mp)},(o,i)=>s[Math.floor(i*n)])}function Tp(r,e,t,s,n){let o=[t.xy,...s.
slice(0,qo)],i=a=>t.labels?t.labels[a]:-1;for(let a=0;a+1<o.length;a++){r.globalAlpha=.75*(1-a/qo);for(let l of new Set(
n.map(i))){r.beginPath();for(let h of n.filter(m=>i(m)===l)){let[m,d]=e.toScreen(o[a][2*h],o[a][2*h+1]),[p,f]=e.toScreen(
o[a+1][2*h],o[a+1][2*h+1]);Number.isNaN(m+d+p+f)||(r.moveTo(p,f),r.lineTo(m,d))}z(r,_e(t,l),1.25*e.markScale)}}r.globalAlpha=
1}var DS=8e6,Cp=new WeakMap,Ep=r=>Cp.get(r),Go=class{plane;frameInfo;history;framesUrl;pendingFetch;fetchError;stops;position;hasTrails;pastNetworks;constructor(e){
this.plane=e,Cp.set(e,this),this.frameInfo=null,this.history=null,this.framesUrl="",this.pendingFetch=Promise.resolve(),
this.fetchError="",this.stops=[],this.position=0,this.hasTrails=!1,this.pastNetworks=new Map,e.addOverlay(({pen:t,view:s})=>this.
paintTrails(t,s)),e.events.on("data",({isOtherRevision:t})=>this.onMessage(t));for(let t of["choose","classes"])e.events.
on(t,()=>{this.hasTrails&&e.redrawOverlays()});e.events.on("close",()=>E.emit("history",{plane:e,kind:"closed"}))}get lastStopIndex(){
return this.stops.length-1}emitHistoryEvent(e){this.plane.events.emit("history",e),E.emit("history",{plane:this.plane,...e})}onMessage(e){
let{plane:t}=this,{history:s}=t.header;e&&this.dropHistory();let n=s&&t.slice.decodable&&tc(s.steps,s.now).length>1?s:null;
(!n||n.sha!==this.frameInfo?.sha)&&(this.fetchError=""),this.frameInfo=n,n||this.showPresent(),this.emitHistoryEvent({kind:"\
message",isOtherRevision:e})}dropHistory(){this.history=null,this.framesUrl=this.fetchError="",this.pastNetworks=new Map,
this.stops=[],this.position=0}updateStops(){let{frameInfo:e,history:t}=this;e&&(this.stops=tc((t??e).steps,e.now))}async fetchFrames(){
let{plane:e,frameInfo:t}=this,{server:s}=e.decoder;if(!t||!s.canRequest("frames"))return;let n=s.framesUrl(t.sha);return n!==
this.framesUrl&&(this.framesUrl=n,this.fetchError="",this.pendingFetch=this.loadFrames(n)),this.pendingFetch}async loadFrames(e){
let{plane:t}=this,s=await up(e).catch(n=>n.message);if(!(this.framesUrl!==e||t.closed)){if(typeof s=="string")return this.
framesUrl="",this.fetchError=s,this.emitHistoryEvent({kind:"failed",sentence:s});if(this.history!==s){this.history=s;for(let[
n,o]of this.pastNetworks)o==="failed"&&this.pastNetworks.delete(n);this.emitHistoryEvent({kind:"frames",sentence:s.header.
troubles.slice(0,3).join(" ")}),this.hasTrails&&t.redrawOverlays()}}}showAt(e,t){let{plane:s,history:n}=this;if(this.position=
e,e>=this.lastStopIndex||!n)return this.showPresent();let o=Math.floor(e),i=this.placesAtStop(o),a=e-o,l=a?ge(i,this.placesAtStop(
o+1),a):i;s.showCodes({...s.presentCodes,xy:l});let h=Math.min(Math.round(e),this.lastStopIndex-1),m=n.surfaceAt(h),d=!s.
pastFrame;s.setPastFrame({step:n.steps[h],surface:m,discriminatorAt:g=>m?Fs(m,g[0],g[1]):NaN,codeOf:g=>n.codeOf(h,g)});let p=this.
decoderStepAt(h),f=this.pastNetworks.get(p);s.decoder.useEarlierNetworks(f instanceof Mt?f:null,p),f||this.fetchDecoder(
p),d&&this.onPresentChanged(),t||s.preparePicking(),this.redrawPlane()}showPresent(){let{plane:e}=this;e.decoder.useEarlierNetworks(
null),e.pastFrame&&(e.setPastFrame(null),e.codes!==e.presentCodes&&(e.showCodes(e.presentCodes),e.preparePicking()),e.scene.
startTasks(),this.redrawPlane(),this.onPresentChanged())}onPresentChanged(){this.plane.updateSwitches(),this.plane.events.
emit("moment")}redrawPlane(){let{plane:e}=this;e.setHovered(-1),e.redrawCodes(),this.hasTrails&&e.redrawOverlays()}preparePicking(){
let{plane:e}=this;e.preparePicking(),e.refresh(),e.events.emit("moment")}codeNow(e){let t=Math.min(Math.floor(this.position),
this.lastStopIndex),[s,n]=[t,Math.min(t+1,this.lastStopIndex)].map(o=>this.codeAtStop(o,e));return s&&n&&ge(s,n,this.position-
t)}codeAtStop(e,t){let{history:s,plane:n}=this;if(s&&e<this.lastStopIndex)return s.codeOf(e,t);let{dim:o}=n.header;return n.
fields.z.values.slice(t*o,(t+1)*o)}placesAtStop(e){let{history:t,plane:s}=this;return e>=this.lastStopIndex||!t?s.presentCodes.
xy:t.placesAt(e,s.slice,s.presentCodes.xy)}decoderStepAt(e){return this.history&&this.frameInfo?this.history.nearestDecoder(
e,this.frameInfo.now):-1}async prefetchFirstDecoder(){let[e]=this.decodersToPrefetch();e!==void 0&&await this.prefetchDecoder(
e)}async prefetchSavedDecoders(){let{history:e,plane:t}=this;for(let s of this.decodersToPrefetch()){if(this.history!==e||
t.closed)return;await this.prefetchDecoder(s)}}decodersToPrefetch(){let{history:e}=this;if(!e)return[];let t=DS;return e.
decoderSteps.filter(s=>(t-=2*zo(e.header.keys[s].layers),t>=0))}async prefetchDecoder(e){this.pastNetworks.has(e)||await this.
fetchDecoder(e)}async fetchDecoder(e){let{plane:t,history:s,pastNetworks:n}=this,o=s?.header.keys[e];if(!o)return;n.set(
e,"coming");let i=(a,l="")=>{this.pastNetworks!==n||t.closed||(n.set(e,a),this.emitHistoryEvent({kind:"network",sentence:l}))};
await Bs(o).then(a=>i(new Mt(a,null,s.header.image,t.header.dim,t.header.weights?.means)),a=>i("failed",a.message))}setTrails(e){
this.hasTrails=e,this.plane.redrawOverlays()}paintTrails(e,t){let{plane:s,history:n}=this;if(!this.hasTrails||!n||!this.
frameInfo||!s.settings.layers.codes)return;let o=[];for(let a=Math.ceil(this.position)-1;a>=0&&o.length<qo;a--)o.push(this.
placesAtStop(a));let i=Ap(s.codes.xy.length/2,s.selection.mask,a=>s.isVisible(a));Tp(e,t,s.codes,o,i)}momentAt(e){let{frameInfo:t,
history:s,stops:n}=this,o={losses:{},distance:null};if(e<this.lastStopIndex)return s?s.momentOf(e):{...o,step:n[e],epoch:NaN};
let{now:i,epoch:a}=t,l=s?s.steps.length-1:-1;return s&&s.steps[l]===i?{...s.momentOf(l),epoch:a}:{...o,step:i,epoch:a}}decoderAt(e){
let t=this.decoderStepAt(e),s=this.pastNetworks.get(t);return{key:t,net:s instanceof Mt?"here":s}}};var _S=100;function kr(r,e){let t=URL.createObjectURL(r);u("a",{href:t,download:e}).click(),window.setTimeout(()=>URL.revokeObjectURL(
t),1e4)}var ac=new WeakMap;async function ct(r,e,t,s,n,o=""){let i=ac.get(r);if(i)return i.abort(new Error(c("Stopped; n\
othing was saved.")));let a=new AbortController;ac.set(r,a),e(c("{progress} … Press the button again to stop.",{progress:t}));
let l=new Promise((h,m)=>a.signal.addEventListener("abort",()=>m(a.signal.reason)));try{let h=await Promise.race([l,n(a.
signal)]);a.signal.throwIfAborted(),kr(h,s),e(o)}catch(h){e(h.message)}finally{ac.delete(r)}}var Vo=r=>new Promise((e,t)=>r.
toBlob(s=>s?e(s):t(new Error(c("The picture is too large for this browser.")))));function jo(r,e,t=null){let s=a=>/[",\r\n]/.
test(a)?`"${a.replaceAll('"','""')}"`:a,n=["number","class",...Array.from({length:e},(a,l)=>_t(l)),...(r[0]?.item??[]).map(
([a])=>s(a)),...t?.names.map(s)??[]],o=a=>t?Array.from(a,(l,h)=>ls(t,h,l).toFixed(Bt(t,h,_S))):[],i=r.map(({number:a,name:l,
z:h,item:m,decoded:d})=>{let p=(m??[]).map(([,f])=>s(f));return[a,s(l),...Array.from(h),...p,...o(d??[])].join(",")});return new Blob(
[`${[n.join(","),...i].join(`
`)}
`],{type:"text/csv"})}var Qt=r=>Math.round(r).toLocaleString("en"),kp=r=>Number(r.toFixed(6)),BS=r=>`${v(100*r,r<.1?1:0)} %`,Rt={images:{title:c(
"training images seen"),valueOfStep:(r,{batch:e})=>r*e,valueText:r=>c("{count} training images seen",{count:Qt(r)}),sharedFact:c(
"Both are shown after the same number of training images"),ownFact:({batch:r})=>c("{count} per step",{count:Qt(r)})},steps:{
title:c("steps"),valueOfStep:r=>r,valueText:r=>c("step {step}",{step:Qt(r)}),sharedFact:c("Both are shown at the same st\
ep"),ownFact:({batch:r})=>c("{count} images per step",{count:Qt(r)})},epochs:{title:c("epochs"),valueOfStep:(r,{now:e,epoch:t})=>kp(
r*t/e),valueText:r=>c("epoch {epoch}",{epoch:v(r,r<10?2:1)}),sharedFact:c("Both are shown after the same number of passe\
s over their own training images"),ownFact:({now:r,epoch:e})=>c("{count} steps per epoch",{count:Qt(r/e)})},share:{title:c(
"share of each training"),valueOfStep:(r,{now:e})=>kp(r/e),valueText:r=>c("{share} of each training",{share:BS(r)}),sharedFact:c(
"Both are shown at the same share of their own training"),ownFact:({now:r,live:e})=>e?c("{count} steps so far",{count:Qt(
r)}):c("{count} steps",{count:Qt(r)})}},lc=Object.keys(Rt),Pp=(r,e,t)=>e.map(s=>Rt[r].valueOfStep(s,t)),Lp=r=>[...new Set(
r.flat())].sort((e,t)=>e-t);function Ip(r,e,t){let s=r.length-1;if(e>=r[s])return{position:s,heldEnd:e>r[s]?"last":""};if(e<
r[0])return{position:0,heldEnd:"first"};let n=re(r,e);return{position:t?n:Math.round(n),heldEnd:""}}function Rp(r,e){let{
sharedFact:t,ownFact:s}=Rt[r],n=e.map(o=>`${o.title}: ${s(o.frameInfo)}`).join("; ");return c("{fact} ({runs}).",{fact:t,
runs:n})}var Wo=class{range;marks=u("span",{class:"lp-time-marks","aria-hidden":"true"});playButton;trailsButton;saveButton;moment=u(
"strong",{class:"lp-time-moment"});figures=u("p",{});notes=u("p",{});status=u("p",{role:"status"});axis;row;host;constructor(e,t,s){
let n=()=>e.fetchFrames();this.range=u("input",{type:"range",min:0,max:1,step:1,"aria-label":t.moment,title:t.help,oninput:()=>e.
moveToStop(Number(this.range.value)),onpointerenter:n,onfocus:n,onpointerdown:n,onkeydown:o=>{o.key===" "&&(o.preventDefault(),
e.togglePlaying())}}),this.playButton=x(c("Play"),()=>e.togglePlaying(),{class:"lp-button lp-first"}),this.trailsButton=
x(c("Trails"),()=>e.setTrails(this.trailsButton.getAttribute("aria-pressed")!=="true"),{"aria-pressed":"false"}),this.saveButton=
x(c("Save time-lapse (GIF)"),()=>s?.(),{hidden:!s}),this.axis=u("div",{class:"lp-time-axis"},this.playButton,u("span",{class:"\
lp-track"},this.range,this.marks)),this.row=u("div",{class:"lp-switches"},this.moment,this.trailsButton,this.saveButton),
this.host=u("section",{class:"lp-time","aria-label":t.title,hidden:!0},this.axis,this.row,u("div",{class:"lp-time-notes"},
this.figures,this.notes,this.status))}setPrimary(e){this.playButton.classList.toggle("lp-first",e)}showTrailsPressed(e){
this.trailsButton.setAttribute("aria-pressed",String(e))}showPosition(e,t,s=t){let n=String(Math.round(e));this.range.value!==
n&&(this.range.value=n),this.range.setAttribute("aria-valuetext",s),A(this.moment,t[0].toUpperCase()+t.slice(1))}showTexts(e,t){
A(this.figures,e),A(this.notes,t)}showStatus(e){A(this.status,e)}};function Pr(r,e){r.replaceChildren(...e.map(({share:t,
kind:s})=>u("i",{class:`lp-time-${s}`,style:`left:${100*t}%`})))}var HS=250,zS=16,[US,qS]=[4,12],Op=r=>r,Hs=class{unit="steps";value=null;sides=[];stops=[];seconds=0;pace=Op;playedShare=0;restTimer=0;player=new Ve(
e=>this.advance(e));sentPositions=new B;scrubber;constructor(e,t){this.scrubber=new Wo(this,e,t)}get lastStopIndex(){return this.
stops.length-1}get isNow(){return this.value===null||this.value>=this.stops[this.lastStopIndex]}get fractionalStopIndex(){
return this.isNow?this.lastStopIndex:re(this.stops,this.value)}isNewPosition(e,t){return this.sentPositions.isNewValue(`${e}\
 ${t}`)}setSides(e){this.sides=e.map(({title:t,pastView:s})=>{s.updateStops();let n=s.frameInfo;return{title:t,pastView:s,
values:Pp(this.unit,s.stops,n),stop:s.lastStopIndex,heldEnd:""}}),this.stops=Lp(this.sides.map(({values:t})=>t)),this.scrubber.
host.hidden=!e.length,this.scrubber.range.max=String(Math.max(1,this.lastStopIndex))}fetchFrames(){for(let{pastView:e}of this.
sides)e.fetchFrames()}onFetchFailed(){this.player.stop(),this.sides.every(({pastView:e})=>!e.history&&!e.framesUrl)&&(this.
value=null)}moveToStop(e){this.player.stop(),this.value=e>=this.lastStopIndex?null:this.stops[Math.max(0,e)],this.fetchFrames(),
this.showSides(),this.scheduleSend()}togglePlaying(){this.player.isRunning?this.moveToStop(Math.round(this.fractionalStopIndex)):
this.playTimeLapse(0)}playTimeLapse(e){this.fetchFrames(),this.isNow&&(this.value=this.stops[0]),this.seconds=e,this.pace=
Op,this.playedShare=this.fractionalStopIndex/this.lastStopIndex,this.startPlaying()}playFromStart(e,t){this.fetchFrames(),
this.value=this.stops[0],this.seconds=e,this.pace=t,this.playedShare=0,this.startPlaying()}startPlaying(){this.stop(),this.
player.start(),this.showSides()}advance(e){let t=this.sides.some(({pastView:o})=>!o.history&&!o.fetchError),s=this.seconds||
Math.min(qS,Math.max(US,this.lastStopIndex/zS));t||(this.playedShare+=e/s);let n=this.lastStopIndex*this.pace(Math.min(1,
this.playedShare));this.value=n>=this.lastStopIndex?null:Gt(this.stops,n),this.isNow&&this.player.stop(),this.showSides(),
this.player.isRunning||this.scheduleSend()}setTrails(e){this.scrubber.showTrailsPressed(e),this.fetchFrames();for(let{pastView:t}of this.
sides)t.setTrails(e)}stop(){this.player.stop(),window.clearTimeout(this.restTimer),this.restTimer=0}scheduleSend(){window.
clearTimeout(this.restTimer),this.restTimer=window.setTimeout(()=>this.sendPending(),HS)}sendPending(){if(!this.restTimer)
return;window.clearTimeout(this.restTimer),this.restTimer=0;for(let{pastView:s}of this.sides)s.preparePicking();let e=this.
isNow?null:this.value,t=`${this.unit} ${e}`;this.sentPositions.latest!==t&&this.sendPosition(e)&&this.sentPositions.noteSent(
t)}sendPosition(e){return!1}showSides(){let{sides:e,player:t}=this;if(!e.length)return;let s=this.isNow?this.stops[this.
lastStopIndex]:this.value;for(let n of e){let{position:o,heldEnd:i}=Ip(n.values,s,t.isRunning);n.heldEnd=i,n.stop=Math.round(
o),n.pastView.showAt(o,t.isRunning||this.restTimer>0)}A(this.scrubber.playButton,t.isRunning?c("Pause"):c("Play")),this.
describe()}describe(){}};var $p=hb(Wp(),1),hM=256,mM=20,uM=655350,dM=1,Kp=r=>Array.from({length:r.length/3},(e,t)=>r.slice(3*t,3*t+3)),pM=r=>Math.
max(1,Math.ceil(Math.log2(r))),fM=(r,e)=>r.every((t,s)=>t===e[s]),zs=class{width;height;frameDuration;encoder=(0,$p.GIFEncoder)();colours;transparentIndex=-1;lastFrame;writtenIndices;constructor(e,t,s,n=null){
this.width=e,this.height=t,this.frameDuration=Math.max(mM,10*Math.round(s/10)),this.colours=n&&Kp(n),this.colours&&this.
colours.length<hM&&(this.transparentIndex=this.colours.length,this.colours.push(new Uint8Array(3))),this.lastFrame=null,
this.writtenIndices=null}addFrame(e,t=null){if(this.lastFrame&&!t&&fM(this.lastFrame.indices,e))return this.prolongFrame();
this.writeLastFrame(),this.lastFrame={indices:e,palette:t,duration:this.frameDuration}}prolongFrame(){this.lastFrame&&(this.
lastFrame.duration=Math.min(uM,this.lastFrame.duration+this.frameDuration))}writeLastFrame(){if(!this.lastFrame)return;let{
indices:e,palette:t,duration:s}=this.lastFrame,n=!this.writtenIndices,o=t?Kp(t):this.colours??[],i=!n&&!t&&this.transparentIndex>=
0;this.encoder.writeFrame(i?this.maskUnchanged(e):e,this.width,this.height,{palette:n||t?o:null,delay:s,repeat:0,dispose:dM,
transparent:i,transparentIndex:Math.max(0,this.transparentIndex),colorDepth:pM(o.length)}),this.writtenIndices=e}maskUnchanged(e){
return e.map((t,s)=>t===this.writtenIndices?.[s]?this.transparentIndex:t)}toBlob(){return this.writeLastFrame(),this.lastFrame=
null,this.encoder.finish(),new Blob([this.encoder.bytes()],{type:"image/gif"})}};var j=420,gM=50,Xp=200,bM=20,yM=2.3,[Us,Zo]=[16,64],Zp=Us+1,wM=Zp+Zo,[vM,xM]=["#ffffff","#1f2933"],Yo=22,dc=r=>[1,3,5].map(
e=>parseInt(r.slice(e,e+2),16));function SM(r){let[e,t]=[vM,xM].map(dc),s=Array.from({length:Us},(o,i)=>ge(e,t,i/(Us-1))),
n=Array.from({length:Zo},(o,i)=>{let[a,l,h,m]=ar(i/(Zo-1));return ge(e,[a,l,h],m/255)});return Uint8Array.from([...s,dc(
Wh),...n,...r.map(dc)].flatMap(o=>Array.from(o,Math.round)))}function MM(r,e){let t=(a,l)=>{let h=Float64Array.from({length:a.
length/2},(m,d)=>a[2*d+l]).filter(m=>!Number.isNaN(m)).sort();return h.length?[.005,.995].map(m=>Gt(h,m*(h.length-1))):[
0,0]},s=[0,1].map(a=>t(e.length?e:r,a)),n=s.map(([a,l])=>(a+l)/2),o=n.flatMap((a,l)=>[...s[l],...t(r,l)].map(h=>Math.abs(
h-a))),i=1.1*Math.max(...o)||1;return{left:n[0]-i,bottom:n[1]-i,width:2*i}}function Yp(r,e,t,s,n){let o=(j-1)/e.width,i=Math.
ceil(n);for(let a=-i;a<=i;a++)for(let l=-i;l<=i;l++)if(!(a*a+l*l>n*n))for(let h=0;2*h<t.length;h++){let m=Math.round((t[2*
h]-e.left)*o)+l,d=Math.round(j-1-(t[2*h+1]-e.bottom)*o)+a;m>=0&&d>=0&&m<j&&d<j&&(r[d*j+m]=s(h))}}function AM(r,e){let t=new Uint8Array(
j*j);if(!r)return t;let s=e.width/j;for(let n=0,o=0;n<j;n++)for(let i=0;i<j;i++,o++){let a=Fs(r,e.left+(i+.5)*s,e.bottom+
(j-n-.5)*s);Number.isNaN(a)||(t[o]=Zp+Math.round(a*(Zo-1)))}return t}function TM(r){let e=u("canvas",{width:320,height:Yo}),
t=P(e,{willReadFrequently:!0});t.font="15px system-ui, sans-serif",t.textBaseline="middle";let s=Math.min(e.width,Math.ceil(
t.measureText(r).width)+8);t.fillText(r,4,Yo/2+1);let{data:n}=t.getImageData(0,0,s,Yo);return{width:s,ink:Uint8Array.from(
{length:s*Yo},(o,i)=>n[4*i+3])}}function CM(r,{width:e,ink:t}){t.forEach((s,n)=>r[(j-31+Math.floor(n/e))*j+4+n%e]=Math.round(
s/255*(Us-1)))}async function Jp({history:r,slice:e,codes:t,draws:s,surface:n},o,i=TM){let a=r.steps.length-1;if(a<1)throw new Error(
c("There are fewer than two frames, so there is nothing to show one after another."));let l=ce(o),h=r.steps.map((S,M)=>r.
placesAt(M,e,t.xy)),m=MM(h[a],s),d=[...new Set([...t.colours,is])],p=[is,...t.colours].map(S=>wM+d.indexOf(S)),f=t.labels,
g=S=>p[1+(f?f[S]:-1)],b=new zs(j,j,gM,SM(d)),[y,w]=[-1,new Uint8Array];for(let S=0;S<Xp;S++){let M=S*a/(Xp-1),T=Math.min(
Math.floor(M),a-1),L=Math.round(M);L!==y&&([y,w]=[L,AM(n?r.surfaceAt(L):null,m)]);let N=w.slice();Yp(N,m,s,()=>Us,1),Yp(
N,m,ge(h[T],h[T+1],M-T),g,yM);for(let H=j-4;H<j;H++)N.fill(Us-1,H*j,H*j+Math.round(j*M/a));let{step:D,epoch:X}=r.momentOf(
L);CM(N,i(It(D,X))),b.addFrame(N),await l()}for(let S=0;S<bM;S++)b.prolongFrame();return b.toBlob()}var EM={title:c("Time machine"),moment:c("Moment of the training"),help:c("Drag through the training; Space plays it")},
Jo=class extends Hs{plane;pastView;readError;constructor(e,t){super(EM,()=>this.saveTimeLapse()),this.plane=e,this.pastView=
t,e.parts.ground.after(this.scrubber.host),this.readError="",e.events.on("history",n=>this.onHistoryEvent(n)),e.events.on(
"close",()=>this.stop()),e.events.on("rest",()=>this.sendPending());let s=()=>this.isNow?"":String(this.pastView.history?
this.stops[Math.round(this.fractionalStopIndex)]:this.value);e.events.on("link",({writeSetting:n})=>{this.hasOwnAxis&&n(
"frame",s())}),e.urlState.addSetting("trails",{toText:()=>this.pastView.hasTrails?"1":"",restore:n=>this.setTrails(!!n)})}get hasOwnAxis(){
return!!this.pastView.frameInfo&&!this.plane.header.link}updateSides(){this.setSides(this.hasOwnAxis?[{title:"",pastView:this.
pastView}]:[])}onHistoryEvent({kind:e,isOtherRevision:t=!1,sentence:s=""}){if(e==="message")return this.onMessage(t);this.
hasOwnAxis&&(e==="frames"&&this.onFramesLoaded(),e==="failed"&&this.onFetchFailed(),(e==="failed"||e==="network"&&!this.
isNow)&&this.showSides(),s?(this.readError=s,this.scrubber.showStatus(s)):e==="frames"&&this.scrubber.status.textContent===
this.readError&&this.scrubber.showStatus(""))}onMessage(e){let{frame:t=null}=this.plane.header;e&&(this.stop(),this.value=
null,this.scrubber.showStatus(""),this.scrubber.showTexts("",""),Pr(this.scrubber.marks,[]));let s=this.isNewPosition(this.
unit,t);if(this.updateSides(),!s||!this.sides.length||t===null&&this.isNow)return this.showSides();this.value=t,this.snapToFrame(),
this.showSides(),this.plane.events.emit("moment"),t!==null&&this.fetchFrames()}snapToFrame(){let{pastView:e,value:t}=this;
e.history&&t!==null&&!this.player.isRunning&&(this.value=e.stops[sc(e.stops,t)])}onFramesLoaded(){let{pastView:e,scrubber:t}=this;
if(!e.history)return;this.updateSides();let s=this.value!==null&&!this.player.isRunning;this.snapToFrame(),Pr(t.marks,Ds(
e.history.header,n=>this.lastStopIndex?sc(e.stops,n)/this.lastStopIndex:0)),this.showSides(),s&&this.scheduleSend()}sendPosition(e){
let t=(this.isNow||!!this.pastView.history)&&!!this.plane.header.report?.includes("frame");return t&&this.plane.sendMessage(
"frame",{step:e}),t}setTrails(e){this.scrubber.showTrailsPressed(e),this.pastView.fetchFrames(),this.pastView.setTrails(
e),this.plane.urlState.scheduleSend("trails")}saveTimeLapse(){let{plane:e,scrubber:t,pastView:s}=this,{slice:n,presentCodes:o,
fields:i,settings:a}=e;return ct(t.saveButton,l=>t.showStatus(l),c("Drawing the time-lapse"),"time-lapse.gif",async l=>{
await s.fetchFrames();let{history:h,fetchError:m}=s;if(!h)throw new Error(m||c("The frames of the training are not here."));
let d=!!a.layers.judge&&n.shownDimensions.join()==="0,1";return Jp({history:h,slice:n,codes:o,draws:i.prior_xy?.values??
[],surface:d},l)})}describe(){let{pastView:e,scrubber:t}=this,[{stop:s}]=this.sides,{step:n,epoch:o}=e.momentAt(s),i=It(
n,o);s>=this.lastStopIndex&&(i=e.frameInfo?.live?c("live: {moment}",{moment:i}):c("now: {moment}",{moment:i})),t.showPosition(
this.fractionalStopIndex,i);let{history:a}=e;if(!a)return;if(!a.steps.length)return t.showTexts("","");let{phases:l,measure:h,
adversary:m}=a.header,{key:d,net:p}=e.decoderAt(Math.min(s,a.steps.length-1)),f=s>=this.lastStopIndex?"":pp(d,e.stops[s],
p),g=fp(a.decoderSteps,a.header),b=_(m?_o:"",f,g);t.showTexts(dp(e.momentAt(s),l,h),b)}};var kM=3,pc=64;function Qp(r,e,t){let s=new Uint8Array(r.length/2);if(e.length<6)return s;let n=e.filter((p,f)=>f%2===0),
o=e.filter((p,f)=>f%2),[i,a,l,h]=[Math.min(...n),Math.max(...n),Math.min(...o),Math.max(...o)],m=p=>Math.min(pc-1,Math.floor(
pc*(p-l)/(h-l||1))),d=PM(o,m);for(let p=0;p<s.length;p++){let[f,g]=[r[2*p],r[2*p+1]];if(!(!(f>=i&&f<=a&&g>=l&&g<=h)||!t(
p)))for(let[b,y]of d[m(g)])o[b]>g!=o[y]>g&&f<(n[y]-n[b])*(g-o[b])/(o[y]-o[b])+n[b]&&(s[p]^=1)}return s}function PM(r,e){
let t=Array.from({length:pc},()=>[]);for(let s=0,n=r.length-1;s<r.length;n=s++){let o=e(Math.max(r[s],r[n]));for(let i=e(
Math.min(r[s],r[n]));i<=o;i++)t[i].push([s,n])}return t}var Qo=class{shape=C("polygon");corners;constructor(e){e.append(
C("svg",{class:"lp-lasso","aria-hidden":"true"},this.shape)),this.corners=[]}addCorner(e,t){let[s,n]=this.corners.slice(
-2);Math.hypot(e-s,t-n)<kM||this.setCorners([...this.corners,e,t])}setBox(e,t,s,n){this.setCorners([e,t,s,t,s,n,e,n])}finish(){
let{corners:e}=this;return this.setCorners([]),e}setCorners(e){this.corners=e,this.shape.setAttribute("points",e.join(" "))}};var fc=3e4,ef=3e5;function gc(r,e){ue(r,c("A picture")).then(s=>createImageBitmap(new Blob([s]))).then(e,()=>{})}var Nt=class{urls;constructor(e){
this.urls=e??{}}canRequest(e){return!!this.urls[e]}get id(){return Object.values(this.urls).join()}async request(e,t,s=fc,n){
return xe(new Uint8Array(await yh(this.urls[e]??"",t,s,n)))}async decode(e,t,s){return(await this.request("decode",JSON.
stringify({codes:e.map(tf),y:t}),fc,s)).fields}decodeLive(e,t,s){let n=JSON.stringify({codes:[tf(e)],y:t===null?null:[t],
live:!0});return this.request("decode",n,fc,s)}async encode(e){return(await this.request("encode",e)).fields.z.values}async fetchTypicalErrors(){
return(await this.request("usual","")).header.error}async fetchDirections(e){let{header:t,fields:s}=await this.request("\
directions","",ef,e),[n,o]=[s.centres,s.steps].map(({values:i})=>Me(i,t.directions.length));return t.directions.map((i,a)=>({
...i,centre:n[a],step:o[a]}))}async fetchDifferences(e,t){let s=e;return(await this.request("differences",s,ef,t)).header}async fetchColouring(e){
let{header:t,fields:s}=await this.request("colouring",JSON.stringify({column:e})),{colouring:n}=t;return n?.groups&&Ch(n.
groups,s),n&&{header:n,fields:s}}fetchImage(e,t){gc(`${this.urls.image}?n=${e}`,t)}async fetchImages(e,t="images"){return(await this.
request("images",JSON.stringify({numbers:e}))).fields[t]}async fetchLiveCodes(e){let t=await ue(`${this.urls.now}?step=${e}`,
c("The codes"));return xe(new Uint8Array(t))}framesUrl(e){return`${this.urls.frames}?v=${e}`}},tf=r=>Array.from(r,e=>Number(
e.toPrecision(9))),ye=class{request;onAnswer;onError;nextInput=null;controller=null;constructor(e,t,s){this.request=e,this.
onAnswer=t,this.onError=s}submit(e){this.nextInput={input:e},this.controller||this.run()}cancel(){this.nextInput=null,this.
controller?.abort()}async run(){for(;this.nextInput;){let{input:e}=this.nextInput,t=this.controller=new AbortController;
this.nextInput=null;let s=await this.request(e,t.signal).then(n=>()=>this.onAnswer(n,e),n=>()=>this.onError(n,e));t.signal.
aborted||s()}this.controller=null}};var ei=2048,ti=32,Ft=class{sheet=document.createElement("canvas");side;maxPerRow;columns;rows;pictureSize=[0,0];slotsByName=new Map;constructor(e,t=1/0){
this.side=e,this.maxPerRow=t,this.columns=this.rows=t}reset(e,t){this.slotsByName.clear(),!(this.pictureSize[0]===e&&this.
pictureSize[1]===t)&&(this.pictureSize=[e,t],[this.columns,this.rows]=[e,t].map(s=>Math.max(1,Math.min(this.maxPerRow,Math.
floor(this.side/s)))),Object.assign(this.sheet,{width:this.columns*e,height:this.rows*t}))}get capacity(){return this.columns*
this.rows}markRecent(e){for(let t of e.slice(0,this.capacity)){let s=this.slotsByName.get(t);s!==void 0&&this.slotsByName.
delete(t)&&this.slotsByName.set(t,s)}}findMissing(e){return this.markRecent(e),e.slice(0,this.capacity).filter(t=>!this.
slotsByName.has(t))}put(e,t){let s=this.slotsByName.size===this.capacity,n=this.slotsByName.has(e)||!s?e:this.slotsByName.
keys().next().value,o=this.slotsByName.get(n)??this.slotsByName.size;return this.slotsByName.delete(n),this.slotsByName.
set(e,o),P(this.sheet).putImageData(t,...this.slotCorner(o)),o}slotCorner(e){return[e%this.columns*this.pictureSize[0],Math.
floor(e/this.columns)*this.pictureSize[1]]}findPlace(e){let t=this.slotsByName.get(e);if(t===void 0)return null;let[s,n]=this.
slotCorner(t);return{from:this.sheet,left:s,top:n,width:this.pictureSize[0],height:this.pictureSize[1]}}};var LM=64,si=class{onArrival;atlas=new Ft(ei,ti);server=null;haveInputsChanged=k();waitingIndices=[];isRequesting=!1;constructor(e){
this.onArrival=e}setServer(e,t){this.server=e,this.waitingIndices=[],this.haveInputsChanged(t)&&this.atlas.reset(...this.
atlas.pictureSize)}requestImages(e){this.waitingIndices=this.atlas.findMissing(e),this.isRequesting||this.requestWaiting()}async requestWaiting(){
for(this.isRequesting=!0;this.waitingIndices.length;){let{server:e}=this;try{await this.fetchMissing(this.waitingIndices.
splice(0,LM))&&this.onArrival()}catch{e===this.server&&(this.waitingIndices=[])}}this.isRequesting=!1}async fetchMissing(e){
let{server:t}=this,s=this.atlas.findMissing(e);if(!t||!s.length)return!0;let{images:n,shape:o}=bt(await t.fetchImages(s));
return t!==this.server?!1:(this.atlas.slotsByName.size||this.atlas.reset(o[2],o[1]),n.forEach((i,a)=>this.atlas.put(s[a],
de(i,o))),!0)}};var sf=64,ri=class{readSource;haveInputsChanged=k();atlas=new Ft(ei,ti);constructor(e){this.readSource=e}currentSource(){
let{networks:e,z:t,content:s}=this.readSource();return this.haveInputsChanged(e,t,s)&&this.atlas.reset(...e?xa(e.image):
this.atlas.pictureSize),e&&t?{networks:e,z:t,content:s}:null}decodeMissing(e){let t=this.currentSource();if(!t)return;let s=this.
atlas.findMissing(e);for(let n=0;n<s.length;n+=sf)rf(t,s.slice(n,n+sf)).forEach((o,i)=>this.atlas.put(s[n+i],o))}decodeToCanvas(e){
let t=this.currentSource();return t&&pe(rf(t,[e])[0])}findPlace(e){return this.currentSource()&&this.atlas.findPlace(e)}};
function rf({networks:r,z:e,content:t},s){let{dim:n,contentSize:o,image:i}=r,a=s.map(h=>Array.prototype.slice.call(e,h*n,
(h+1)*n));return r.decodeMany(a,o?s.map(h=>Math.max(0,t?.[h]??0)):null).map(h=>de(h,i))}var qs=class{onArrival;decodedSheet;arrivalCount=0;serverSheet=new si(()=>this.notifyArrival());server=new Nt;sheetInfo=null;sheet=null;requestedSheet="";constructor(e,t){
this.onArrival=e,this.decodedSheet=new ri(t)}load(e,t){let s=new Nt(t);(s.id!==this.server.id||e?.sha!==this.sheetInfo?.
sha)&&(this.server=s),this.serverSheet.setServer(this.server,e?.sha??this.server.id),e?.sha!==this.sheetInfo?.sha&&(this.
sheetInfo=e??null,this.sheet=null,this.requestedSheet="",e&&this.fetchSheetLater(e.sha))}async fetchSheetLater(e){await fh(),
this.sheetInfo?.sha===e&&this.fetchSheet()}fetchSheet(){let{sheetInfo:e}=this;!e||this.requestedSheet===e.sha||(this.requestedSheet=
e.sha,gc(e.url,t=>{this.sheetInfo?.sha===e.sha&&(this.sheet=t,this.notifyArrival())}))}notifyArrival(){this.arrivalCount+=
1,this.onArrival()}get isFullSize(){return!!(this.sheet&&this.sheetInfo?.is_full_size)}get usesServer(){return this.server.
canRequest("images")&&(this.sheetInfo?!this.sheetInfo.is_full_size:!this.decodedSheet.readSource().networks)}get largestPictureSize(){
let[e,t]=this.sheetInfo?.tile??[0,0];return[this.serverSheet.atlas.pictureSize,this.decodedSheet.atlas.pictureSize,[t,e]].
sort((s,n)=>n[0]-s[0])[0]}get kind(){return this.sheet&&this.sheetInfo?this.sheetInfo.kind:this.usesServer&&this.server.
canRequest("image")?"originals":"reconstructions"}showCard(e,t){let{card:s}=e.parts,n=e.items.idOf(t),o=u("span",{},...n?
[u("strong",{},n),u("br")]:[],n?e.codeName(t):u("strong",{},e.codeName(t)),u("br"),e.codeText(t)),i=e.hasThumbnail(t)?null:
this.thumbnail(t);i&&this.kind==="reconstructions"&&o.append(u("br"),c("reconstruction")),s.replaceChildren(...i?[i]:[],
o);let{xy:a}=e.codes,[l,h]=e.view.toScreen(a[2*t],a[2*t+1]),[m,d]=[l>e.view.width/2,h>e.view.height/2],p=`translate(${l+
(m?-14:14)}px, ${h+(d?-14:14)}px)`;s.style.transform=`${p} translate(${m?"-100%":"0"}, ${d?"-100%":"0"})`}requestImages(e,t=1/0){
if(this.fetchSheet(),this.usesServer)return this.sheetInfo&&t<=Math.max(...this.sheetInfo.tile)?void 0:this.serverSheet.
requestImages(e);this.sheet||this.decodedSheet.decodeMissing(e)}async loadImages(e){this.usesServer?await this.serverSheet.
fetchMissing(e):this.requestImages(e)}findPlace(e){let t=this.serverSheet.atlas.findPlace(e);if(t||!this.sheet)return t??
this.decodedSheet.findPlace(e);let{tile:[s,n],columns:o}=this.sheetInfo;return{from:this.sheet,left:e%o*n,top:Math.floor(
e/o)*s,width:n,height:s}}thumbnail(e){if(!this.sheet&&!this.usesServer)return this.reconstruction(e);let t=this.findPlace(
e);return t||this.serverSheet.requestImages([...this.serverSheet.waitingIndices,e]),ni(t)}original(e){if(this.sheet&&this.
sheetInfo?.kind==="originals")return ni(this.findPlace(e));if(!this.server.canRequest("image")||!this.server.canRequest(
"images"))return null;let t=this.serverSheet.atlas.findPlace(e);return t||this.serverSheet.requestImages([...this.serverSheet.
waitingIndices,e]),ni(t)}reconstruction(e){return ni(this.decodedSheet.findPlace(e))??this.decodedSheet.decodeToCanvas(e)}},
ht=(r,{from:e,left:t,top:s,width:n,height:o},i,a,l,h)=>r.drawImage(e,t,s,n,o,i,a,l,h);function ni(r){if(!r)return null;let{
width:e,height:t}=r,s=u("canvas",{width:e,height:t});return ht(P(s),r,0,0,e,t),s}function IM(r){if(!Array.isArray(r)){let n="<i8";return r instanceof Float32Array&&(n="<f4"),r instanceof Uint8Array&&(n=
"|u1"),[n,new Uint8Array(r.slice().buffer)]}let e=r.map(n=>Array.from(n,o=>o.codePointAt(0)??0)),t=Math.max(1,...e.map(({
length:n})=>n)),s=new Uint32Array(t*r.length);return e.forEach((n,o)=>s.set(n,o*t)),[`<U${t}`,new Uint8Array(s.buffer)]}
function RM({values:r,shape:e}){let[t,s]=IM(r),n=e.join(", ")+(e.length===1?",":""),o=`{'descr': '${t}', 'fortran_order'\
: False, 'shape': (${n}), }`,i=64*Math.ceil((o.length+11)/64)-10,a=new TextEncoder().encode(`${o.padEnd(i-1)}
`);return new Blob([Uint8Array.of(147),"NUMPY",Uint8Array.of(1,0,i&255,i>>>8),a,s])}var nf=(r,e)=>gn(Object.entries(r).map(
([t,s])=>({path:`${t}.npy`,file:RM(s)})),e,void 0,!0),bc=r=>({values:BigInt64Array.from(r,BigInt),shape:[r.length]});var of=2**27,OM=2**20;async function af(r,e,t){let{dim:s,split:n}=r.header,o=e.map(({k:a})=>a),i=new Float32Array(e.length*
s);return e.forEach((a,l)=>i.set(a.z,l*s)),nf({z:{values:i,shape:[e.length,s]},labels:bc(o.map(a=>r.fields.labels?.values[a]??
-1)),index:bc(o.map(a=>r.fields.index?.values[a]??a)),split:{values:[n],shape:[]},...await NM(r,o,t)},t)}function yc({sprites:r,
header:e,fields:t},s){let{sheetInfo:n,server:o,isFullSize:i}=r;return(o.canRequest("image")?o.canRequest("images"):i&&n?.
kind==="originals"&&!e.features)?s*t.image.values.length>of?c("Saved without the originals, which have more than {size} \
MiB.",{size:of>>20}):"":c("Saved without the originals, which are not here in full.")}async function NM(r,e,t){if(yc(r,e.
length))return{};let{sprites:s,header:n,fields:o}=r,[i,a,l]=o.image.shape,h=i*a*l,m=n.features,d=s.isFullSize&&!m,p=ce(t),
f=new(m?Float32Array:Uint8Array)(e.length*h),g=Math.min(256,Math.max(1,Math.floor(OM/h)));for(let b=0;b<e.length;b+=g){let y=e.
slice(b,b+g);d?Me(FM(s,y,a,i),y.length).forEach((w,S)=>{for(let M=0;M<h;M++)f[(b+S)*h+M]=w[4*Math.floor(M/l)+M%l]}):f.set(
(await s.server.fetchImages(y,m?"rows":"images")).values,b*h),await p()}return m?{rows:{values:f,shape:[e.length,a]},features:{
values:m.names,shape:[a]}}:{images:{values:f,shape:[e.length,i,a,l]}}}function FM(r,e,t,s){let n=P(u("canvas",{width:t,height:s*
e.length}),{willReadFrequently:!0});return e.forEach((o,i)=>ht(n,r.findPlace(o),0,i*s,t,s)),new Uint8Array(n.getImageData(
0,0,t,s*e.length).data.buffer)}var lf=6,wc=100,DM=3,_M=12,oi=24,BM={class:c("class"),model:c("model"),metadata:c("kept column"),feature:c("feature")},HM=c(
"Selected items against all others, the largest effect first: means differ by standard deviations of all items (SD), sha\
res of a value by percentage points (pp), each with a 95 % interval. Bars: selected items; outlines: all items.");function cf(r,e=2){
let t=Math.abs(r).toFixed(e);return Number(t)===0?t:`${r<0?"−":"+"}${t}`}function zM({kind:r,difference:e,low:t,high:s}){
let n=i=>r==="number"?cf(i):cf(100*i,0),o={difference:n(e),low:n(t),high:n(s)};return r==="number"?c("{difference} SD ({\
low} to {high})",o):c("{difference} pp ({low} to {high})",o)}var ii=(r,e)=>r.map(t=>t/Math.max(1,e)),hf=r=>`${(100*r).toFixed(
r>0&&r<.1?1:0)} %`;function UM(r){let[e,t]=[ii(r.selected,r.selected_count),ii(r.all,r.all_count)],s=Math.max(...e,...t),
n=a=>oi-oi*a/s,o=e.map((a,l)=>C("rect",{x:l+.08,y:n(a),width:.84,height:oi-n(a),class:"lp-selected-bar"})),i=t.map((a,l)=>`${l===
0?"M":"L"}${l} ${n(a)}L${l+1} ${n(a)}`).join("");return C("svg",{viewBox:`0 0 ${t.length} ${oi}`,preserveAspectRatio:"no\
ne",class:"lp-histogram","aria-hidden":"true"},...o,C("path",{d:i,class:"lp-all-outline","vector-effect":"non-scaling-st\
roke"}))}function qM(r){let[e,t]=[ii(r.selected,r.selected_count),ii(r.all,r.all_count)],s=r.values.slice(0,DM).map((n,o)=>u(
"li",{},u("span",{title:n},n),vc(e[o],t[o]),u("b",{},c("{share} (all: {all})",{share:hf(e[o]),all:hf(t[o])}))));return u(
"ul",{class:"lp-bars"},...s)}var vc=(r,e,t="var(--accent)")=>u("span",{class:"lp-bar"},u("i",{style:`width:${(100*r).toFixed(
1)}%;background:${t}`}),u("u",{class:"lp-bar-all",style:`left:${(100*e).toFixed(1)}%`}));function GM(r){let[e,t]=r.ends,
[s,n]=r.means,o=r.kind==="category"?c("{name}: {value}",{name:r.name,value:r.value}):r.name,i=r.kind==="category"?[qM(r)]:
[UM(r),u("p",{class:"lp-histogram-ends"},u("span",{},e),u("span",{},c("mean {selected}, others {others}",{selected:s,others:n})),
u("span",{},t))];return u("li",{"data-name":r.name},u("p",{class:"lp-difference-head"},u("b",{title:o},o),u("small",{},BM[r.
source]),u("span",{},zM(r))),...i)}var ai=class{plane;differences=null;mask=null;serverId="";groups=void 0;showsAll=!1;status=u(
"p",{class:"lp-note",role:"status"});search=u("input",{type:"search",class:"lp-search",placeholder:c("Find a column"),"a\
ria-label":c("Find a column"),hidden:!0,oninput:()=>this.showRows()});rows=u("ul",{class:"lp-differences"});moreButton=x(
"",()=>this.toggleAll(),{hidden:!0});host=u("section",{class:"lp-differing","aria-label":c("What differs most")},u("h4",
{},c("What differs most")),this.status,this.search,this.rows,this.moreButton);requests=new ye((e,t)=>this.plane.decoder.
server.fetchDifferences(e,t),(e,t)=>this.receive(e,t),e=>this.showError(e));constructor(e){this.plane=e}update(e){let{server:t}=this.
plane.decoder;if(this.host.hidden=!e||!t.canRequest("differences"),this.host.hidden){this.requests.cancel(),this.mask&&this.
plane.events.emit("differences",{features:[]}),this.mask=null;return}let s=this.plane.header.groups?.sha,n=!!this.differences?.
pending.length&&s!==this.groups;this.groups=s;let o=e!==this.mask,i=t.id!==this.serverId;!o&&!i&&!n||(this.mask=e,this.serverId=
t.id,o&&this.dropDifferences(),this.differences||(this.status.textContent=c("Comparing the selected items with all other\
s …")),this.requests.submit(e))}dropDifferences(){this.differences=null,this.search.hidden=!0,this.showRows()}receive(e,t){
if(t!==this.mask)return;this.differences=e;let s=c("Nothing can be compared: at least two items must be selected, and tw\
o others left."),n=e.pending.length?c("Not computed yet, so colour by it first: {columns}.",{columns:e.pending.join(", ")}):
"";this.status.textContent=e.rows.length?_(HM,n):s,this.search.hidden=e.rows.length<_M,this.showRows();let o=e.rows.filter(
({source:i})=>i==="feature").map(({name:i})=>i);this.plane.events.emit("differences",{features:o})}showError(e){this.dropDifferences(),
this.status.textContent=e.message,this.plane.events.emit("differences",{features:[]})}toggleAll(){this.showsAll=!this.showsAll,
this.showRows()}matchingRows(){let e=this.search.hidden?"":this.search.value.trim().toLowerCase();return this.differences?.
rows.filter(({name:t})=>t.toLowerCase().includes(e))??[]}showRows(){let e=this.matchingRows(),t=this.showsAll?wc:lf;we(this.
rows,"button",()=>this.rows.replaceChildren(...e.slice(0,t).map(GM))),this.moreButton.hidden=e.length<=lf,this.moreButton.
setAttribute("aria-expanded",String(this.showsAll)),this.moreButton.textContent=this.moreText(e.length)}moreText(e){return this.
showsAll?c("Show fewer columns"):e>wc?c("Show the first {count} of {total} columns",{count:wc,total:e}):c("Show all {cou\
nt} columns",{count:e})}};var xc=60,VM=2500,jM=2**24,Sc=20,WM=50,mf=32,li=class{host;plane;mask=null;indices=[];status=u("span",{role:"status"});grid=u(
"div",{class:"lp-grid"});differences;saveButtons={csv:x(c("Save as CSV"),()=>this.saveCsv()),archive:x(c("Save as NPZ"),
()=>this.saveArchive()),picture:x("",()=>this.saveImages())};changeDetectors={panel:k(),pictures:k()};constructor(e,t){this.
host=e,this.plane=t,this.differences=new ai(t);for(let s of["networks","moment"])t.events.on(s,()=>this.updatePanel());e.
hidden=!0}setStatus(e){this.status.textContent=e}setMask(e){this.setStatus(""),this.indices=[],e?.forEach((t,s)=>t&&this.
indices.push(s)),this.mask=this.indices.length?e:null,this.updatePanel()}clearIfCountDiffers(e){this.mask&&this.mask.length!==
e?this.setMask(null):this.mask&&this.updatePanel()}dropHidden(){let{plane:e,mask:t}=this,s=this.indices.filter(n=>e.isVisible(
n));return!t||s.length===this.indices.length?!1:(this.setMask(t.map((n,o)=>Number(n&&e.isVisible(o)))),!0)}updatePanel(){
let{host:e,indices:t,plane:s}=this;e.hidden=!this.mask;let{sprites:n,codes:o,header:i,fields:a,decoder:l}=s,h=!!this.mask&&
n.thumbnail(t[0])!==null,m=this.mask?s.items.idOf(t[0]):"",d=this.changeDetectors.panel(this.mask,o.labels,i.classes?.join(),
h,n.kind,m),p=this.changeDetectors.pictures(this.mask,n.arrivalCount,...n.sheet?[]:[l.networks,a.z]);if(this.differences.
update(this.mask),!this.mask)return e.replaceChildren();d&&we(e,"button",()=>this.buildPanel(h)),h&&(d||p)&&s.scene.tasks.
start("grid",this.showImagesOneByOne())}buildPanel(e){let{host:t,indices:s,plane:n}=this;this.grid.replaceChildren(),this.
saveButtons.picture.textContent=n.header.features?c("Save charts"):c("Save images"),t.replaceChildren(this.countSentence(
e),this.classHistogram(),this.differences.host,this.grid,u("div",{class:"lp-switches"},x(c("Decode their mean"),()=>this.
useMean(o=>n.moveZTo(o))),...n.header.tools?.includes("directions")?Be.map(o=>x(c("Mark as group {name}",{name:o}),()=>this.
markGroup(o))):[],this.saveButtons.csv,this.saveButtons.archive,...e?[this.saveButtons.picture]:[],x(c("Clear selection"),
()=>this.clearSelection()),this.status),this.itemTable())}clearSelection(){this.plane.selectCodes(null),this.plane.parts.
surface.focus()}*showImagesOneByOne(){let e=this.indices.slice(0,xc);this.plane.sprites.requestImages(e),yield,this.grid.
replaceChildren();for(let t of e)this.grid.append(this.plane.sprites.thumbnail(t)??""),yield}countSentence(e){let t=c("{\
count} codes selected",{count:this.indices.length.toLocaleString("en")}),[s,n=""]=(e?this.imagesSentence():"{selected}").
split("{selected}");return u("p",{},s,u("strong",{},t),n)}imagesSentence(){let e=this.indices.length>xc,t=xc;return this.
plane.sprites.kind==="reconstructions"?e?c("{selected}; the first {count} reconstructions below",{count:t}):c("{selected\
}; their reconstructions below"):this.plane.header.features?e?c("{selected}; the first {count} rows below",{count:t}):c(
"{selected}; their rows below"):e?c("{selected}; the first {count} images below",{count:t}):c("{selected}; their images \
below")}classHistogram(){let{codes:e,header:t}=this.plane,s=this.indices.map(l=>this.plane.labelOf(l)),n=e.xy.length/2,o=Qn(
e.labels,n),i=[...Qn(s,s.length)].map(([l,h])=>{let m=(o.get(l)??0)/n,d=t.classes[l]??t.missing??c("no class");return u(
"li",{},u("span",{},d),vc(h/s.length,m,_e(e,l)),u("b",{},h.toLocaleString("en")))}),a=t.missing?c("Groups of the selecte\
d codes; a line marks the share among all codes"):c("Classes of the selected codes; a line marks the share among all cod\
es");return u("ul",{class:"lp-bars","aria-label":a,title:a},...i)}itemTable(){let{items:e}=this.plane,t=e.rowOf(this.indices[0]).
map(([h])=>h);if(!t.length)return"";let s=this.indices.slice(0,Sc).map(h=>u("tr",{},...e.rowOf(h).map(([,m])=>u("td",{},
m)))),n=u("tr",{},...t.map(h=>u("th",{scope:"col"},h))),o=this.indices.length,i=o>Sc?c("The first {count} items selected\
; all are in the CSV",{count:Sc}):dt("{count} item selected, as in the CSV","{count} items selected, as in the CSV",o),a=u(
"caption",{},_(i,this.leftOutSentence())),l=u("table",{},a,u("thead",{},n),u("tbody",{},...s));return u("div",{class:"lp\
-items",tabindex:"0",role:"group","aria-label":c("Items")},l)}leftOutSentence(){let e=this.plane.items.leftOut.join(", ");
return e?c("Too large for the page, so missing here and in the CSV: {columns}.",{columns:e}):""}savedCodes(){return this.
indices.flatMap(e=>{let t=this.plane.codeOf(e);return t?[{k:e,z:t}]:[]})}useMean(e){let t=this.savedCodes(),s=new Float64Array(
this.plane.header.dim);for(let{z:n}of t)n.forEach((o,i)=>s[i]+=o);t.length?e(Float32Array.from(s,n=>n/t.length),t.length):
this.setStatus(c("None of these codes was saved at this step."))}markGroup(e){this.useMean((t,s)=>{We(this.plane.header.
revision)[e]={z:t,count:s},this.setStatus(c("Group {name} has {count} codes.",{name:e,count:s.toLocaleString("en")})),this.
plane.events.emit("group")})}saveCsv(){let{items:e}=this.plane;if(e.loadAgain(),!e.isPending)return kr(this.csvText(),"c\
odes.csv");let t=()=>e.arrival.then(()=>this.csvText()),s=n=>this.setStatus(n);return ct(this.saveButtons.csv,s,c("Writi\
ng the file"),"codes.csv",t)}csvText(){let{header:e,fields:t,items:s}=this.plane,n=this.savedCodes().map(({k:o,z:i})=>({
number:o,name:e.class_names[t.labels?.values[o]??-1]??"",z:i,item:s.rowOf(o)}));return jo(n,e.dim)}saveArchive(){let e=this.
savedCodes(),t=s=>af(this.plane,e,s);return ct(this.saveButtons.archive,s=>this.setStatus(s),c("Writing the file"),"code\
s.npz",t,yc(this.plane,e.length))}saveImages(){let{indices:e,plane:{sprites:t}}=this;return ct(this.saveButtons.picture,
s=>this.setStatus(s),c("Arranging the images"),"codes.png",async s=>{await t.loadImages(e.slice(0,1));let{width:n,height:o}=t.
findPlace(e[0]),i=e.slice(0,Math.min(VM,Math.floor(jM/n/o))),a=Math.min(WM,i.length),l=u("canvas",{width:a*n,height:Math.
ceil(i.length/a)*o}),h=P(l),m=ce(s);for(let d=0;d<i.length;d+=mf){let p=i.slice(d,d+mf);await t.loadImages(p),p.forEach(
(f,g)=>{let[b,y]=[t.findPlace(f),d+g];b&&ht(h,b,y%a*n,Math.floor(y/a)*o,n,o)}),await m()}return Vo(l)})}};var KM="id",uf=new te(2);function $M({header:r,fields:e}){let t=r.columns.filter(({repeats:h})=>h).length,s=e.places?.values??
new Int32Array(0),n=JSON.parse(new TextDecoder().decode(e.texts.values)),o=n.find((h,m)=>!r.columns[m].repeats),i=o?o.length:
s.length/Math.max(1,t),a=0;return{columns:r.columns.map(({name:h,repeats:m,searched:d},p)=>{let f=a;return m&&(a+=i),{name:h,
distinct:n[p],places:m?s.subarray(f,f+i):null,searched:d}}),leftOut:r.left_out,count:i}}var df=(r,e)=>r?.distinct[r.places?
r.places[e]:e]??"",Gs=class{onArrival;sha=null;error="";file=null;arrival=Promise.resolve();constructor(e){this.onArrival=
e}load(e){if(this.sha===(e?.sha??null)||(this.sha=e?.sha??null,this.file=e,this.error="",!e))return;let t=uf.getOrFetch(
e.sha,async()=>{let s=new Uint8Array(await ue(e.url,c("The ids of the items")));return $M(xe(s))});this.arrival=t,t.then(
()=>this.sha===e.sha&&this.onArrival(),s=>this.sha===e.sha&&this.onFailure(s.message))}onFailure(e){this.sha=null,this.error=
e,this.onArrival()}loadAgain(){this.error&&this.load(this.file)}get texts(){return this.sha===null?null:uf.peek(this.sha)}get isPending(){
return this.sha!==null&&this.texts===null}get leftOut(){return this.texts?.leftOut??[]}idOf(e){return df(this.texts?.columns.
find(({name:t})=>t===KM),e)}rowOf(e){return this.texts?.columns.map(t=>[t.name,df(t,e)])??[]}get searchedNames(){return this.
texts?.columns.filter(({searched:e})=>e).map(({name:e})=>e)??[]}find(e){let{texts:t}=this;if(!t)return null;let s=new RegExp(
e.replace(/[\\^$.*+?()[\]{}|/]/g,"\\$&"),"iu"),n=new Uint8Array(t.count);for(let{distinct:o,places:i,searched:a}of t.columns){
if(!a)continue;let l=Uint8Array.from(o,h=>Number(s.test(h)));if(l.includes(1))for(let h=0;h<n.length;h++)n[h]|=l[i?i[h]:
h]}return n}matchOf(e,t){let s=this.searchedNames,n=t.toLowerCase();return this.rowOf(e).filter(([i])=>s.includes(i)).find(
([,i])=>i.toLowerCase().includes(n))??["",""]}};var Mc=c("Decoded on the server."),XM=600,Vs=r=>r?.decoder?[r.decoder.sha,r.discriminator?.sha].join():"",js=class{canvas;onChange;onArrival;server=new Nt;revision="";requestKey="";showsServerImage=!1;dOfZ=NaN;latestRequest;imageStep;usesServer=!1;methodSentence;pageError;serverError;networks=null;earlierNetworks=null;earlierStep=-1;liveStep=null;networksKey;loadingKey;loadingTimer=void 0;plan=null;image=null;constructor(e,t,s=()=>{}){
this.canvas=e,this.onChange=t,this.onArrival=s,this.latestRequest=new ye(async({z:n,y:o,isLive:i},a)=>{if(!i)return{...await this.
server.decode([n],o===null?null:[o],a),step:null};let{header:l,fields:h}=await this.server.decodeLive(n,o,a);return{...h,
step:l.step}},({images:n,d_of_z:o,step:i})=>{this.imageStep=i,Ma(e,{values:n.values,shape:n.shape.slice(1)}),this.showsServerImage=
!0,this.dOfZ=o?o.values[0]:NaN,this.receiveServerAnswer("")},n=>{this.dOfZ=NaN,this.receiveServerAnswer(n.message)}),this.
methodSentence=this.pageError=this.serverError="",this.imageStep=null,this.networksKey=this.loadingKey=""}load(e,t){let s=e.
revision!==this.revision,n=e.weights??null;this.image=t.image??null,this.plan=n,this.revision=e.revision;let o=new Nt(e.
server);if(o.id!==this.server.id&&(this.cancelRequests(),this.server=o),s&&this.forgetServerImage(),!n?.decoder)return this.
useServer("",e.decoder_refusal??Mc);let i=Vs(n);if(this.networksKey===i)return;let a=ic(n.decoder),l=n.discriminator&&ic(
n.discriminator);if(a&&(l||!n.discriminator))return this.useNetworks(n,a,l);if(s)this.dropNetworks();else if(this.loadingKey===
i)return;clearTimeout(this.loadingTimer),this.loadingTimer=setTimeout(()=>this.networks||this.useServer(this.addServerHint(
c("The network's weights are still loading."))),XM),this.loadingKey!==i&&this.fetchNetworks(n)}close(){this.plan=null,this.
forgetServerImage()}cancelRequests(){this.latestRequest.cancel(),this.requestKey=""}forgetServerImage(){clearTimeout(this.
loadingTimer),this.cancelRequests(),this.showsServerImage=!1,this.dOfZ=NaN}addServerHint(e){return this.server.canRequest(
"decode")?c("{problem} The server decodes instead.",{problem:e}):e}async fetchNetworks(e){let t=()=>Vs(this.plan)===Vs(e);
this.loadingKey=Vs(e);try{let s=await Bs(e.decoder);if(t()&&(!this.networks||!e.discriminator)&&this.useNetworks(e,s,null),
!e.discriminator)return;await Bs(e.discriminator).then(n=>t()&&this.useNetworks(e,s,n),n=>t()&&this.useNetworks(e,s,null,
c("D(z) cannot be computed in the page. {problem}",{problem:n.message})))}catch(s){t()&&this.useServer(this.addServerHint(
s.message))}finally{this.loadingKey===Vs(e)&&(this.loadingKey=""),t()&&clearTimeout(this.loadingTimer)}}useNetworks(e,t,s,n=""){
this.networks=new Mt(t,s,e.image,e.dim,e.means),this.networksKey=Vs(e),this.usesServer=!1,this.forgetServerImage(),this.
onChange(this.methodText,n)}get methodText(){return this.liveStep!==null?Mc:this.networks?c("Decoded in this page ({kind\
}).",{kind:this.networks.kind}):this.methodSentence}followTraining(e){if(e===this.liveStep)return;let t=e===null!=(this.
liveStep===null);this.liveStep=e,e===null&&(this.imageStep=null),t?this.onChange(this.methodText,this.pageError):this.onArrival()}dropNetworks(){
this.networks=null,this.networksKey="",this.usesServer=!1,this.image&&!this.showsServerImage&&Ma(this.canvas,this.image)}useServer(e,t=this.
server.canRequest("decode")?Mc:""){let s=this.usesServer&&e===this.pageError&&t===this.methodSentence;this.dropNetworks(),
this.usesServer=!0,this.pageError=e,this.methodSentence=t,!s&&(this.serverError="",this.onChange(t,e))}receiveServerAnswer(e){
if(e===this.serverError)return this.onArrival();this.serverError=e,this.onChange(this.methodText,e||this.pageError)}useEarlierNetworks(e,t=-1){
this.earlierNetworks=e,this.earlierStep=t}paintCode(e,t){let s=this.earlierNetworks??this.networks;if(this.liveStep!==null)
return this.requestImage(e,t);if(!s)return this.usesServer?this.requestImage(e,t):NaN;let n=s.decode(e,t);return Number.
isNaN(n[0])?(this.useServer(this.addServerHint(c("The network returned no finite value for this z."))),this.requestImage(
e,t)):(W(this.canvas,n,s.image),s.discriminate(e))}requestImage(e,t){let s=`${e.join()} ${t} ${this.liveStep}`;return this.
server.canRequest("decode")&&s!==this.requestKey&&(this.requestKey=s,this.latestRequest.submit({z:e.slice(),y:t,isLive:this.
liveStep!==null})),this.dOfZ}async loadEncoder(){let{plan:e}=this;if(!e?.encoder)throw new Error(c("This revision's enco\
der does not run in the page."));return yu(await Bs(e.encoder),e.dim)}};var Ir=class{xy;side;origin;cellSize;starts;order;constructor(e){this.xy=e;let t=e.length/2,[s,n,o,i]=[1/0,-1/0,1/0,-1/0];
for(let a=0;a<e.length;a+=2)Number.isFinite(e[a]+e[a+1])&&(s=Math.min(s,e[a]),n=Math.max(n,e[a]),o=Math.min(o,e[a+1]),i=
Math.max(i,e[a+1]));s>n&&([s,n,o,i]=[0,0,0,0]),this.side=Math.max(1,Math.min(512,Math.round(Math.sqrt(t/4)))),this.origin=
[s,o],this.cellSize=[(n-s)/this.side||1,(i-o)/this.side||1],this.starts=new Int32Array(this.side*this.side+1),this.order=
new Int32Array(t),this.sortIntoBuckets(t)}sortIntoBuckets(e){let{xy:t,starts:s}=this,n=new Int32Array(e);for(let i=0;i<e;i++){
let a=Number.isFinite(t[2*i]+t[2*i+1]);n[i]=a?this.bucketIndex(t[2*i],0)+this.side*this.bucketIndex(t[2*i+1],1):-1,a&&s[n[i]+
1]++}for(let i=1;i<s.length;i++)s[i]+=s[i-1];let o=s.slice();for(let i=0;i<e;i++)n[i]>=0&&(this.order[o[n[i]]++]=i)}bucketIndex(e,t){
let s=Math.floor((e-this.origin[t])/this.cellSize[t]);return Math.min(this.side-1,Math.max(0,s))}nearestPoint(e,t,s,n=()=>!0){
let o=s*s,i=-1,[a,l]=[this.bucketIndex(e-s,0),this.bucketIndex(e+s,0)],[h,m]=[this.bucketIndex(t-s,1),this.bucketIndex(t+
s,1)];for(let d=h;d<=m;d++){let p=this.starts[d*this.side+a],f=this.starts[d*this.side+l+1];for(let g=p;g<f;g++){let b=this.
order[g],y=(this.xy[2*b]-e)**2+(this.xy[2*b+1]-t)**2;y<=o&&n(b)&&(o=y,i=b)}}return i}};var YM=350,ZM=9,ci=class{events=new er;sendMessage=()=>{};ready=!1;view=new wt;header={};fields={};z=new Float32Array(0);slice=no(
{});prior=new at({dim:0,prior:null,typical:null},{});settings={layers:{},layerEchoes:new B,hidden:new Set,allSwitches:!1,
feature:0};codes={xy:new Float32Array(0),labels:null,content:null,colours:[],shapes:[]};presentCodes=this.codes;picker=new Ir(
this.codes.xy);pastFrame=null;picked;hovered;outline={polygon:[],step:null};dragging;closed;missedMessage=!1;echoes={z:new B(
ss),picked:new B};settleTimer;viewTimer;constructor(){this.picked=this.hovered=-1,this.dragging=this.closed=!1,this.settleTimer=
this.viewTimer=0}refresh(e){throw new Error(`Nobody draws this plane${e?" anew":""}.`)}acceptCode(e,t){if(this.missedMessage=
this.dragging&&!t,this.missedMessage)return{z:!1,picked:!1};let s=Float32Array.from(e.code),n=e.picked??-1,[o,i]=[this.echoes.
z.isNewValue(s),this.echoes.picked.isNewValue(n)],a={z:t||o,picked:(t||i)&&n!==this.picked};return a.z&&(this.z=s),a.picked&&
(this.picked=n),a}placeCodes(e,t){let s=t.z?.values??new Float32Array(0),n=t.xy?.values??kt(s,e.dim,this.slice);this.codes=
this.presentCodes={xy:n,content:(t.content??t.labels)?.values??null,...this.codeColours(e,t)},this.preparePicking()}colourCodes(e,t){
let s=this.codeColours(e,t),n=this.codes===this.presentCodes;this.presentCodes={...this.presentCodes,...s},this.codes=n?
this.presentCodes:{...this.codes,...s}}codeColours(e,t){return{labels:(t.groups??t.labels)?.values??null,colours:e.colours,
shapes:this.markerShapes()}}markerShapes(){let{colours:e,shapes:t}=this.header;return this.settings.layers.shapes?t:Zn(e,
t)}updateShapes(){if(!this.ready)return;let e=this.markerShapes();if(e.join()!==this.codes.shapes.join())for(let t of[this.
codes,this.presentCodes])t.shapes=e}showCodes(e){this.codes=e}preparePicking(){this.picker=new Ir(this.codes.xy)}setPastFrame(e){
this.pastFrame=e}dropOutline(){this.outline={polygon:[],step:null}}setZ(e,t){this.z=e,this.refresh(!["drag","keys","link"].
includes(t)&&this.slice.decodable&&e.length>this.slice.shownDimensions.length),this.events.emit("z",{source:t})}moveZTo(e,t="\
tool",s=!0){this.closed||(this.setZ(Float32Array.from(e),t),s&&this.sendZ())}scheduleSendZ(){window.clearTimeout(this.settleTimer),
this.settleTimer=window.setTimeout(()=>this.sendZ(),YM)}sendZ(){window.clearTimeout(this.settleTimer),this.settleTimer=0,
this.ready&&(this.noteSentCode(),this.sendMessage("code",{z:Array.from(this.z)}),this.events.emit("commit"))}noteSentCode(){
this.echoes.z.noteSent(this.z.slice()),this.echoes.picked.noteSent(-1),!(this.picked<0)&&(this.picked=-1,this.events.emit(
"pick",{index:-1,source:"commit"}))}sendPending(){this.settleTimer&&this.sendZ(),this.viewTimer&&this.sendView(),this.events.
emit("rest")}sendView(){window.clearTimeout(this.viewTimer),this.viewTimer=0,this.sendMessage("view",this.view.isAtHome?
{home:!0}:this.view.visibleSquare)}pickCode(e,t="person"){this.picked=e,this.echoes.picked.noteSent(e);let s=e<0?null:this.
codeOf(e);s&&(window.clearTimeout(this.settleTimer),this.settleTimer=0,this.echoes.z.noteSent(Float32Array.from(s)),this.
setZ(Float32Array.from(s),t==="link"?"link":"tool")),t==="person"&&e>=0&&Ls(this)?(this.echoes.picked.noteSent(-1),this.
sendMessage("code",{z:Array.from(this.z)})):t==="person"&&this.sendMessage("picked",{index:e}),this.refresh(),this.events.
emit("pick",{index:e,source:t})}codeIndexAt(e,t){return this.settings.layers.codes?this.picker.nearestPoint(...this.view.
toPlane(e,t),ZM/this.view.scale,s=>this.isVisible(s)):-1}isVisible(e){return!this.settings.hidden.has(this.labelOf(e))&&
this.passesFilter(e)}passesFilter(e){let{matches:t}=this.fields;return!t||t.values[e]===1}labelOf(e){return this.codes.labels?
this.codes.labels[e]:-1}codeName(e){return this.header.classes[this.labelOf(e)]??c("code {index}",{index:e})}codeText(e){
let t=this.codeOf(e);return t?K(t,4):""}codeOf(e){let{dim:t}=this.header;return this.pastFrame?this.pastFrame.codeOf(e):
this.fields.z?.values?.slice(e*t,(e+1)*t)??null}};var Ac=60,JM=20,pf=r=>Math.min(100,Math.max(0,50+50*$r(r)));function QM(r){return r<=0?"≤ ":r>=1?"≥ ":""}var ke=class{canvas;list=u(
"ul",{});note=u("p",{});search=u("input",{type:"search",class:"lp-search",placeholder:c("Find a feature"),"aria-label":c(
"Find a feature"),oninput:()=>this.buildRows()});host;frame;features=null;firstNames=[];rows=[];shownValues=null;constructor(e){
this.canvas=u("canvas",{class:"lp-image",role:"img","aria-label":e}),this.host=u("div",{class:"lp-chart",hidden:!0,tabindex:"\
0",role:"region","aria-label":G(e,!0)},this.list,this.note),this.frame=u("div",{class:"lp-frame"},this.canvas,this.host),
Xr.set(this.canvas,t=>this.showValues(t))}setFeatures(e){this.canvas.hidden=!!e,this.host.hidden=!e,JSON.stringify(e)!==
JSON.stringify(this.features)&&(this.features=e,this.shownValues=null,this.search.value="",this.host.replaceChildren(...this.
isSearched?[this.search]:[],this.list,this.note),this.buildRows())}get isSearched(){return(this.features?.names.length??
0)>=JM}showFirst(e){e.join(`
`)!==this.firstNames.join(`
`)&&(this.firstNames=e,this.buildRows())}matchingFeatures(){let e=this.features?.names??[],t=this.search.value.trim().toLowerCase(),
s=this.isSearched?this.firstNames:[],n=new Map(s.map((i,a)=>[i,a])),o=i=>n.get(e[i])??e.length+i;return e.map((i,a)=>a).
filter(i=>e[i].toLowerCase().includes(t)).sort((i,a)=>o(i)-o(a))}buildRows(){let e=this.matchingFeatures();this.rows=[];
let t=this.features?.names??[];this.list.replaceChildren(...e.slice(0,Ac).map(s=>this.buildRow(t[s],s))),this.note.textContent=
this.noteText(e.length),this.shownValues&&this.showValues(this.shownValues.values,this.shownValues.original)}noteText(e){
if(e<=Ac)return"";let t={shown:Ac,total:e};return this.firstNames.length?c("The {shown} of {total} features in which the\
 selection differs most.",t):c("The first {shown} of {total} features.",t)}buildRow(e,t){let{middles:s,reaches:n,lows:o,
highs:i}=this.features,a=f=>v(f,Bt(this.features,t)),[l,h]=[o[t],i[t]].map(f=>50+50*(f-s[t])/n[t]),m={value:u("b",{}),bar:u(
"i",{class:"lp-chart-bar"}),ring:u("i",{class:"lp-chart-ring",hidden:!0})};this.rows.push({k:t,...m});let d=u("i",{class:"\
lp-chart-usual",style:`left:${l}%;width:${h-l}%`}),p=c("{name}: median {median}; 98 % lie between {low} and {high}",{name:e,
median:a(s[t]),low:a(o[t]),high:a(i[t])});return u("li",{title:p},u("span",{},e),m.value,u("span",{class:"lp-chart-track",
"aria-hidden":"true"},d,m.bar,m.ring))}showValues(e,t=null){let{features:s}=this;s&&(this.shownValues={values:e,original:t},
this.rows.forEach(({k:n,value:o,bar:i,ring:a})=>{let l=pf(e[n]);o.textContent=QM(e[n])+v(ls(s,n,e[n]),Bt(s,n)),i.style.left=
`${Math.min(50,l)}%`,i.style.width=`${Math.abs(l-50)}%`,a.hidden=!t,t&&(a.style.left=`${pf(t[n])}%`)}))}};var eA=[.01,.16,.5,.84,.99],tA=[5e-4,.9995],Ws=class{onMove;onRelease;host=u("div",{class:"lp-sliders"});rows=[];haveRangesChanged=k();constructor(e,t){
this.onMove=e,this.onRelease=t}buildSliders(e,t){this.haveRangesChanged(JSON.stringify([e.dim,e.levels.length,e.quantileTable&&
Array.from(e.quantileTable),t]))&&(this.rows.length!==e.dim&&(this.rows=Array.from({length:e.dim},(s,n)=>this.makeSlider(
n)),this.host.replaceChildren(...this.rows.map(s=>s.label))),this.rows.forEach((s,n)=>this.setRange(e,t?.[n]??[-1,1],n)))}makeSlider(e){
let t=u("input",{type:"range","aria-label":_t(e),oninput:()=>this.onMove(e,Number(t.value)),onchange:()=>this.onRelease()}),
s=u("span",{class:"lp-ruler","aria-hidden":"true"}),n=u("output",{});return{label:u("label",{},u("span",{},_t(e)),u("spa\
n",{class:"lp-track"},t,s),n),input:t,ruler:s,output:n}}setRange(e,t,s){let{input:n,ruler:o}=this.rows[s],[i,a]=e.quantileTable?
tA.map(p=>e.quantile(p,s)):t,l=.15*(a-i),[h,m]=[i-l,a+l];for(let[p,f]of Object.entries({min:h,max:m,step:(m-h)/2e3}))n.setAttribute(
p,String(f));let d=e.quantileTable?eA.map(p=>({p,share:(e.quantile(p,s)-h)/(m-h)})):[];o.replaceChildren(...d.map(({p,share:f})=>u(
"i",{style:`left:${(100*f).toFixed(2)}%`,title:Ze(p)})))}showCode(e,t){this.rows.forEach(({input:s,output:n},o)=>{s.value=
String(e[o]),n.textContent=v(e[o]),t.quantileTable?s.setAttribute("aria-valuetext",c("{value}, percentile {percentile}",
{value:v(e[o]),percentile:Ze(t.percentile(e[o],o))})):s.removeAttribute("aria-valuetext")})}};var hi=class{plane;chart=new ke(c("Image decoded at z"));image=this.chart.canvas;likelihoodNote=u("strong",{});decoderNote=u(
"span",{class:"lp-decoder"});values={};valueRows={};sliders;details;sampleButton=x(c("Random from the prior"),()=>this.moveZToPriorSample());methodNote=u(
"p",{class:"lp-way"});constructor(e){this.plane=e;let t=u("p",{class:"lp-where"},this.likelihoodNote,this.decoderNote);this.
sliders=new Ws((o,i)=>e.setZ(e.z.with(o,i),"slide"),()=>e.sendZ()),this.details=u("details",{open:!0},u("summary",{},c("\
Dimensions")),this.sliders.host);let s=this.valueList([["z","z"],["dOfZ","D(z)"]]),n=this.valueList([["percentile",c("Pe\
rcentiles")],["density","log p(z)"]]);e.parts.panel.append(this.chart.frame,t,this.sampleButton,this.details,s,u("detail\
s",{class:"lp-details"},u("summary",{},c("Details")),n,this.methodNote))}valueList(e){let t=e.map(([s,n])=>(this.values[s]=
u("dd",{}),this.valueRows[s]=u("div",{},u("dt",{},n),this.values[s])));return u("dl",{class:"lp-values"},...t)}moveZToPriorSample(){
let{spec:e,dim:t,samples:s}=this.plane.prior;e&&(this.plane.moveZTo(Lt(e,t,Math.random,s)),$({kind:"sample"}))}showFacts({
density:e,dOfZ:t,isTypical:s,likelihood:n}){let{z:o,prior:i,slice:a}=this.plane,l=i.quantileTable?a.shownDimensions.map(
m=>`${_t(m)} ${Ze(i.percentile(o[m],m))}`):[],h={z:K(o),percentile:l.join(", "),density:v(e),dOfZ:v(t)};for(let[m,d]of Object.
entries(h))this.values[m].textContent=d,this.valueRows[m].hidden=!d||d===v(NaN);this.chart.frame.classList.toggle("lp-ou\
tside",s===!1),A(this.likelihoodNote,sA(i,n)),A(this.decoderNote,rA(this.plane)),this.sampleButton.hidden=!i.spec,this.sliders.
showCode(o,i)}};function sA(r,e){return r.spec?e?Ns[e]:"":c("This model has no prior: nothing determines where its codes\
 lie.")}function rA({decoder:r,header:e,pastFrame:t}){let s=!!e.features,n=r.earlierNetworks?r.earlierStep:r.imageStep;if(n!==
null){let o=n.toLocaleString("en");return s?c("Computed by the decoder of step {step}",{step:o}):c("Drawn by the decoder\
 of step {step}",{step:o})}return t?s?c("Computed by the latest decoder"):c("Drawn by the latest decoder"):s?c("Computed\
 by the trained decoder"):c("Drawn by the trained decoder")}var mi=34,nA=30,oA=5,iA=1e-37;function aA({values:r,shape:[e,t],box:s},n,o){let[i,a,l,h]=s,m=(w,S)=>Math.log(Math.max(r[w*
t+S],iA)),[d,p]=[Math.max(0,o-1),Math.min(t-1,o+1)],[f,g]=[Math.max(0,n-1),Math.min(e-1,n+1)],b=(a-i)/(t-1)*(p-d),y=(h-l)/
(e-1)*(g-f);return[(m(n,p)-m(n,d))/b,(m(g,o)-m(f,o))/y]}function ff(r,e){let{pen:t,view:s}=r,n=lA(s,e),o=Math.max(...n.map(
({force:i})=>i),1e-12);t.beginPath();for(let{px:i,py:a,dx:l,dy:h,force:m}of n){let d=nA*Math.sqrt(m/o);if(d<2)continue;let[
p,f]=[l/m,-h/m],[g,b]=[i+p*d,a+f*d],y=Math.min(oA,d/2);t.moveTo(i,a),t.lineTo(g,b),t.moveTo(g-y*(p-.6*f),b-y*(f+.6*p)),t.
lineTo(g,b),t.lineTo(g-y*(p+.6*f),b-y*(f-.6*p))}t.lineJoin=t.lineCap="round",tt(r,1.5*s.markScale,4*s.markScale)}function lA(r,e){
let[t,s]=e.shape,[n,o,i,a]=e.box,l=[];for(let h=mi/2;h<r.width;h+=mi)for(let m=mi/2;m<r.height;m+=mi){let[d,p]=r.toPlane(
h,m),f=Math.round((d-n)/(o-n)*(s-1)),g=Math.round((p-i)/(a-i)*(t-1));if(f<0||g<0||f>=s||g>=t)continue;let[b,y]=aA(e,g,f),
w=Math.hypot(b,y);Number.isFinite(w)&&w>0&&l.push({px:h,py:m,dx:b,dy:y,force:w})}return l}var Ks=16,cA=65535,hA=`#version 300 es
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
}`,mA=`#version 300 es
precision highp float; precision highp int;
flat in int cell;
uniform float size; uniform sampler2D sheet;
out vec4 colour;
void main() {
  ivec2 at = ivec2(cell % ${Ks}, cell / ${Ks}) * int(size) + ivec2(gl_PointCoord * size);
  colour = texelFetch(sheet, at, 0);
  if (colour.a == 0.0) discard;
}`,Rr=class r{static create(e,t){let s=document.createElement("canvas"),n={antialias:!1,depth:!1,preserveDrawingBuffer:!0},
o=s.getContext("webgl2",n),i=o&&dA(o);return!o||!i?null:new r(s,o,i,e,t)}canvas;onLost;gl;program;stamps;placeBuffer;stampBuffer;changeDetectors;constructor(e,t,s,n,o){
this.canvas=e,this.onLost=o,e.addEventListener("webglcontextlost",o),this.gl=t,this.program=s,this.stamps=n,this.placeBuffer=
t.createBuffer(),this.stampBuffer=t.createBuffer(),this.changeDetectors={sheet:k(),places:k(),cells:k()},t.useProgram(s),
this.bindAttribute("place",this.placeBuffer,2,t.FLOAT),this.bindAttribute("stamp",this.stampBuffer,1,t.UNSIGNED_SHORT),t.
bindTexture(t.TEXTURE_2D,t.createTexture()),t.texParameteri(t.TEXTURE_2D,t.TEXTURE_MIN_FILTER,t.NEAREST),t.pixelStorei(t.
UNPACK_PREMULTIPLY_ALPHA_WEBGL,!0),t.enable(t.BLEND),t.blendFunc(t.ONE,t.ONE_MINUS_SRC_ALPHA)}bindAttribute(e,t,s,n){let{
gl:o}=this,i=o.getAttribLocation(this.program,e);o.bindBuffer(o.ARRAY_BUFFER,t),o.enableVertexAttribArray(i),o.vertexAttribPointer(
i,s,n,!1,0,0)}close(){this.canvas.removeEventListener("webglcontextlost",this.onLost),this.gl.getExtension("WEBGL_lose_c\
ontext")?.loseContext()}waitUntilDrawn(){this.gl.readPixels(0,0,1,1,this.gl.RGBA,this.gl.UNSIGNED_BYTE,new Uint8Array(4))}draw(...[
e,t,s,n,o,i]){let{gl:a,canvas:l}=this,[h,m]=[Math.round(t.width*s),Math.round(t.height*s)];l.width!==h&&(l.width=h),l.height!==
m&&(l.height=m);let d=this.updateStampSheet(e,Ol(e.xy.length/2,t.zoom)*t.markScale*s,o);this.updateBuffers(e,n,i),a.viewport(
-d,-d,h+2*d,m+2*d),a.clear(a.COLOR_BUFFER_BIT);let p=(g,...b)=>a[b.length>1?"uniform2fv":"uniform1fv"](a.getUniformLocation(
this.program,g),b);p("centre",...t.canvasCentre),p("canvas",h,m),p("scale",t.scale*s),p("size",d);let f=e.colours.length+
1;for(let g of i?[f,0]:[0])p("first",g),p("end",g+f),a.drawArrays(a.POINTS,0,e.xy.length/2)}updateStampSheet(e,t,s){let{
gl:n}=this,o=new Set,i=[!1,!0].flatMap(l=>this.stamps.stampsFor(e,o,t,s,l)),{size:a}=i[0];return this.changeDetectors.sheet(
[Math.round(t*4),s,e.colours,e.shapes,e.xy.length].join())&&(n.texImage2D(n.TEXTURE_2D,0,n.RGBA,Ks*a,Math.ceil(i.length/
Ks)*a,0,n.RGBA,n.UNSIGNED_BYTE,null),i.forEach((l,h)=>{let m=new Uint8Array(l.pixels.buffer),[d,p]=[h%Ks*a,Math.floor(h/
Ks)*a];n.texSubImage2D(n.TEXTURE_2D,0,d,p,a,a,n.RGBA,n.UNSIGNED_BYTE,m)})),a}updateBuffers(e,t,s){let{gl:n,changeDetectors:o}=this;
o.places(e.xy)&&(n.bindBuffer(n.ARRAY_BUFFER,this.placeBuffer),n.bufferData(n.ARRAY_BUFFER,e.xy,n.STATIC_DRAW)),o.cells(
e,s,[...t].join())&&(n.bindBuffer(n.ARRAY_BUFFER,this.stampBuffer),n.bufferData(n.ARRAY_BUFFER,uA(e,t,s),n.DYNAMIC_DRAW))}};
function uA({xy:r,labels:e,colours:t},s,n){let o=new Uint16Array(r.length/2);for(let i=0;i<o.length;i++){let a=e?e[i]:-1,
l=a>=-1&&a<t.length&&!s.has(a);o[i]=l?a+1+(n&&!n[i]?t.length+1:0):cA}return o}function dA(r){let e=r.createProgram();for(let[
t,s]of[[r.VERTEX_SHADER,hA],[r.FRAGMENT_SHADER,mA]]){let n=r.createShader(t);r.shaderSource(n,s),r.compileShader(n),r.attachShader(
e,n)}return r.linkProgram(e),r.getProgramParameter(e,r.LINK_STATUS)?e:null}var pA=12,fA=40,gf=1e4,gA=4e3,$s,ui=class{stamps=new Cs;stampRenderer=new Yt(this.stamps);gpuRenderer=void 0;measuringTimer=0;lastDuration=0;lastDrawnAt=0;lastView={
canvasCentre:[0,0],scale:NaN};haveInputsChanged=k();close(){window.clearTimeout(this.measuringTimer),this.gpuRenderer?.close()}chooseRenderer(e){
return e.codes.xy.length<2*gf||$s===!1?this.stampRenderer:($s===void 0&&(this.measuringTimer||=window.setTimeout(()=>e.scene.
tasks.start("gpu",this.measureRenderers(e)),gA)),$s&&this.gpuRenderer===void 0&&(this.gpuRenderer=Rr.create(this.stamps,
()=>this.handleContextLoss(e))),this.gpuRenderer??this.stampRenderer)}*measureRenderers(e){if($s!==void 0)return;if(!e.view.
width)return void(this.measuringTimer=0);let t=Rr.create(this.stamps,()=>this.handleContextLoss(e)),s=new Yt(this.stamps),
n={...e.codes,xy:e.codes.xy.subarray(0,2*gf)},o=i=>{let a=performance.now();return i.draw(n,e.view,window.devicePixelRatio||
1,new Set,e.theme.background,null),i===t&&t?.waitUntilDrawn(),performance.now()-a};try{for(let i of[t,s])yield,i&&o(i);yield,
$s??=t!==null&&o(t)<o(s),$s&&this.gpuRenderer===void 0&&(this.gpuRenderer=t)}finally{this.gpuRenderer!==t&&t?.close()}}handleContextLoss(e){
this.gpuRenderer=null,e.redrawCodes()}draw(e,t,s){let{codes:n,settings:o,view:i,colouredMask:a,theme:l,scene:h}=t,{width:m,
height:d,scale:p,canvasCentre:f}=i,g=this.chooseRenderer(t),b=h.isShown("judge")?l.text:l.background,y=this.haveInputsChanged(
g,n,n.shapes,[...o.hidden].join(),a,b,s,i.markScale,m,d),w=performance.now(),S=h.isMoving&&this.lastDuration>pA&&w-this.
lastDrawnAt<fA*this.lastDuration,[M,T]=this.lastView.canvasCentre,L=this.lastView.scale!==p||M!==f[0]||T!==f[1];(y||!S&&
L)&&(g.draw(n,i,s,o.hidden,b,a),this.lastDuration=performance.now()-w,this.lastDrawnAt=w,this.lastView={canvasCentre:f,scale:p});
let N=p/this.lastView.scale,[D,X]=i.toScreen(this.lastView.canvasCentre[0],this.lastView.canvasCentre[1]);e.drawImage(g.
canvas,D-m*N/2,X-d*N/2,m*N,d*N)}};var bA=20,yA=120,wA=5,vA=6,bf=18,yf=15,wf=4;function Sf(r,e,t){return!e||t<2||t>bA?[]:xA(r,e,t).map((i,a)=>({label:a,count:i.
length,place:i.length<wA?null:MA(r,SA(i))})).filter(({place:i})=>i).sort((i,a)=>a.count-i.count)}function xA(r,e,t){let s=Array.
from({length:t},()=>[]);for(let n=0;n<e.length;n++)e[n]>=0&&e[n]<t&&Number.isFinite(r[2*n]+r[2*n+1])&&s[e[n]].push(n);return s}
function SA(r){let e=Math.max(1,r.length/yA);return Array.from({length:Math.floor(r.length/e)},(t,s)=>r[Math.floor(s*e)])}
function MA(r,e){let[t,s]=[0,1].map(i=>vf(e.map(a=>r[2*a+i]))),n=e.map(i=>Math.hypot(r[2*i]-t,r[2*i+1]-s)),o=vf(n)/2||1e-9;
for(let i=0;i<vA;i++){let[a,l,h]=[0,0,0];for(let m of e){let d=(r[2*m]-t)**2+(r[2*m+1]-s)**2,p=Math.exp(-d/(2*o*o));a+=p*
r[2*m],l+=p*r[2*m+1],h+=p}if(h<1e-6)break;[t,s]=[a/h,l/h]}return[t,s]}var vf=r=>Float64Array.from(r).sort()[Math.floor(r.
length/2)];function Mf(r,e){let{pen:t,view:s}=r,n=yf*s.markScale;t.font=ms(s,yf,"bold"),t.textAlign="center";let o=e.map(
({name:l,place:[h,m]})=>({text:AA(l),x:h,y:m})).map(l=>({...l,halfWidth:t.measureText(l.text).width/2,halfHeight:n/2})).
filter(l=>xf(l,s)),i=so(o,wf);if(i.length<o.length/2)return[];let a=[...i];for(let l of o){if(i.includes(l))continue;let h=ro(
l).find(m=>xf(m,s)&&vr(m,a,wf));h&&a.push(h)}for(let{text:l,x:h,y:m}of a)zt(r,l,h,m+.36*n);return a}function xf({x:r,y:e,
halfWidth:t,halfHeight:s},n){return r>t&&r<n.width-t&&e>2*s&&e<n.height-2*s}var AA=r=>r.length>bf?`${r.slice(0,bf-1)}…`:
r;var TA=2e3,CA=5e4,q=160,EA=3.2,[kA,di]=[2,2],PA=.6,mt=4;function Tf(r,e){let{xy:t}=r,s=i=>Number.isFinite(t[2*i]+t[2*i+1])&&
e(i);if(!LA(TA,t.length/2,s))return null;let n=IA(t,s);if(!n)return null;let o=RA(r,s,n);for(let i=0;i<kA;i++)Af(o,mt,q*
mt),Af(o,q*mt,mt);return{image:OA(o),shape:[q,q],box:n}}function LA(r,e,t){let s=0;for(let n=0;n<e&&s<r;n++)t(n)&&s++;return s>=
r}var Cf=r=>Math.ceil(r.length/2/CA);function IA(r,e){let[t,s]=[[0,0],[0,0]],n=0;for(let a=0;a<r.length/2;a+=Cf(r))if(e(
a)){n++;for(let l of[0,1])t[l]+=r[2*a+l],s[l]+=r[2*a+l]**2}let o=t.map((a,l)=>{let h=a/n,m=EA*Math.sqrt(Math.max(0,s[l]/
n-h*h));return[h-m,h+m]});return o.every(([a,l])=>l>a)?o.flat():null}function RA(r,e,[t,s,n,o]){let{xy:i,labels:a}=r,l=new Float32Array(
q*q*mt),h=[-1,...r.colours.keys()].map(p=>yt(_e(r,p))),[m,d]=[(q-1)/(s-t),(q-1)/(o-n)];for(let p=0;p<i.length/2;p+=Cf(i)){
let f=Math.round((i[2*p]-t)*m),g=Math.round((i[2*p+1]-n)*d);if(!(f>=0&&f<q&&g>=0&&g<q)||!e(p))continue;let y=h[(a?a[p]:-1)+
1],w=mt*(g*q+f);l[w]+=y[0],l[w+1]+=y[1],l[w+2]+=y[2],l[w+3]++}return l}function Af(r,e,t){let s=2*di+1,n=new Float32Array(
q+2*s);for(let o=0;o<q*t;o+=t)for(let i=0;i<mt;i++){for(let l=0;l<q;l++)n[l+s]=r[o+i+l*e];let a=0;for(let l=-di;l<q;l++)
a+=n[l+s+di]-n[l-1-di+s],l>=0&&(r[o+i+l*e]=a/s)}}function OA(r){let e=new ImageData(q,q),t=NA(r);for(let s=0;s<q;s++)for(let n=0;n<
q;n++){let o=mt*(s*q+n),i=r[o+3];if(i<=0)continue;let a=4*((q-1-s)*q+n);for(let l=0;l<3;l++)e.data[a+l]=r[o+l]/i;e.data[a+
3]=255*PA*(1-Math.exp(-i/t))}return pe(e)}function NA(r){let[e,t]=[0,0];for(let s=3;s<r.length;s+=mt)e+=r[s],t+=r[s]**2;
return t/e||1}var FA=[56,96],DA=2.5,_A=4,BA=.25,HA=2**26,pi=class{xy;unassignedCodes;topLevel;level;order=[];countsByLevel=new Map;constructor(e,t){
this.xy=e,this.unassignedCodes=Array.from({length:e.length/2},(n,o)=>o).filter(n=>Number.isFinite(e[2*n]+e[2*n+1])&&t(n));
let s=this.unassignedCodes.reduce((n,o)=>Math.max(n,Math.abs(e[2*o]),Math.abs(e[2*o+1])),0);this.topLevel=Math.floor(Math.
log2(s||1))+1,this.level=this.topLevel+1}representativesAt(e){let t=Math.min(e,this.topLevel);for(;this.level>t;)this.refineLevel();
return this.order.slice(0,this.countsByLevel.get(t))}refineLevel(){let e=2**--this.level,t=new Set(this.order.map(o=>this.
squareNumber(o,e))),s=new Map;for(let o of this.unassignedCodes){let i=this.squareNumber(o,e),a=s.get(i);!t.has(i)&&(a===
void 0||this.distanceToMiddle(o,e)<this.distanceToMiddle(a,e))&&s.set(i,o)}let n=new Set(s.values());this.order.push(...n),
this.unassignedCodes=this.unassignedCodes.filter(o=>!n.has(o)),this.countsByLevel.set(this.level,this.order.length)}squareNumber(e,t){
return Math.floor(this.xy[2*e]/t)*HA+Math.floor(this.xy[2*e+1]/t)}distanceToMiddle(e,t){let[s,n]=[this.xy[2*e]/t,this.xy[2*
e+1]/t];return(s-Math.floor(s)-.5)**2+(n-Math.floor(n)-.5)**2}};function zA(r,e,t){let s=Math.floor(Math.log2(t/e.scale)),
n=2**s,o=n*e.scale;return r.representativesAt(s).flatMap(i=>{let[a,l]=[r.xy[2*i],r.xy[2*i+1]],[h,m]=e.toScreen(Math.floor(
a/n)*n,(Math.floor(l/n)+1)*n);return h<e.width&&m<e.height&&h+o>0&&m+o>0?[{k:i,left:h,top:m,side:o}]:[]})}function UA(r,e){
let[t,s]=FA;return Math.min(s,Math.max(t,1.2*r))*e.markScale*Math.min(DA,Math.max(1,e.zoom)**.3)}var fi=class{haveInputsChanged=k();grid=new pi(
new Float32Array(0),()=>!0);tiles=[];codeIndexAt(e,t){return this.tiles.find(({left:s,top:n,side:o})=>e>=s&&t>=n&&e<s+o&&
t<n+o)?.k??-1}draw(e,t){let{codes:s,fields:n,view:o,sprites:i,colouredMask:a,settings:l}=t;this.haveInputsChanged(s.xy,s.
labels,[...l.hidden].join(),n.matches?.values)&&(this.grid=new pi(s.xy,d=>t.isVisible(d)));let h=zA(this.grid,o,UA(Math.
max(...i.largestPictureSize),o));t.scene.isMoving||i.requestImages(h.map(({k:d})=>d),(h[0]?.side??0)*(window.devicePixelRatio||
1));let m=Math.max(2,(h[0]?.side??0)/40)*o.markScale;this.tiles=h.filter(({k:d,left:p,top:f,side:g})=>{let b=i.findPlace(
d);if(!b)return!1;let y=(g-_A-m)/Math.max(b.width,b.height),[w,S]=[b.width*y,b.height*y],[M,T]=[p+(g-w)/2,f+(g-S)/2];return e.
globalAlpha=a&&!a[d]?BA:1,e.imageSmoothingEnabled=va(b,y),ht(e,b,M,T,w,S),e.strokeStyle=_e(s,s.labels?s.labels[d]:-1),e.
lineWidth=m,e.strokeRect(M-m/2,T-m/2,w+m,S+m),!0}),e.globalAlpha=1,e.imageSmoothingEnabled=!0}};var Ef=46,qA=2,GA=16,VA=100,jA=1536,kf=(r,e)=>2**Math.floor(Math.log2(e/r.scale));function WA(r,e=Ef){let t=kf(r,e),{x0:s,
x1:n,y0:o,y1:i}=r.visibleBox,a=[];for(let l=Math.floor(s/t);l*t<n;l++)for(let h=Math.floor(o/t);h*t<i;h++){let[m,d]=r.toScreen(
l*t,(h+1)*t);a.push({name:[t,l,h].join(),place:[(l+.5)*t,(h+.5)*t],left:m,top:d,side:t*r.scale})}return a}var gi=class{tiles=new Ft(
jA);version;versions;constructor(){P(this.tiles.sheet,{willReadFrequently:!0}),this.version="",this.versions=[]}visibleCells(e){
let t=Math.max(Ef,...this.tiles.pictureSize),s=kf(e,t)*e.scale,n=(Math.ceil(e.width/s)+1)*(Math.ceil(e.height/s)+1);return WA(
e,n>this.tiles.capacity?2*t:t)}drawTiles(e,t){for(let{name:s,left:n,top:o,side:i}of this.visibleCells(t)){let a=this.tiles.
findPlace(s);if(!a)continue;let l=(i-qA)/Math.max(a.width,a.height),[h,m]=[a.width*l,a.height*l];ht(e,a,n+(i-h)/2,o+(i-m)/
2,h,m)}}*decodeMissing(e,t,s,n){let{tiles:o,version:i,versions:a}=this,l=([f,g])=>Math.hypot(f-e.centre[0],g-e.centre[1]),
h=this.visibleCells(e);o.markRecent(h.map(({name:f})=>f));let m=h.filter(({name:f})=>a[o.slotsByName.get(f)??-1]!==i);m.
sort((f,g)=>l(f.place)-l(g.place));let d=performance.now(),p=n(GA);for(let f=0;f<m.length;f+=p){let g=m.slice(f,f+p);t(g.
map(({place:b})=>b)).forEach((b,y)=>a[o.put(g[y].name,b)]=i),performance.now()-d>VA&&(s(),d=performance.now()),yield}m.length&&
s()}};var Ke=32,Xs=2,[bi,Pf]=[7,14],yi=class{canvases={};hasThemeChanged;constructor(e){for(let t of["under","chosen","cross"]){
let s=u("canvas",{class:"lp-mark",width:Ke*Xs,height:Ke*Xs,"aria-hidden":"true",hidden:!0});this.canvases[t]=e.appendChild(
s)}this.hasThemeChanged=k()}drawMarks(e){if(this.hasThemeChanged(e.text,e.background))for(let[t,s]of Object.entries(this.
canvases)){let n=P(s);n.setTransform(Xs,0,0,Xs,Ke*Xs/2,Ke*Xs/2),n.clearRect(-Ke,-Ke,2*Ke,2*Ke),os(n,0,0,t==="cross"?bi:bi+
3);for(let[i,a]of t==="cross"?[[1,0],[-1,0],[0,1],[0,-1]]:[])n.moveTo(bi*i,bi*a),n.lineTo(Pf*i,Pf*a);let o=t==="under"?1.5:
2.5;tt({pen:n,theme:e},o,o+3)}}moveMark(e,t,s,n=1){let o=this.canvases[e];o.hidden=!Number.isFinite(t+s),o.hidden||(o.style.
transform=`translate(${t-Ke/2}px, ${s-Ke/2}px)${n===1?"":` scale(${n})`}`)}};var KA=[12,24,48,96],Lf=16;function*Tc(r,e,t){for(let s of KA){let n=(l,h)=>Array.from({length:s},(m,d)=>l+(h-l)*(d+.5)/
s),[o,i]=[n(r.x0,r.x1),n(r.y0,r.y1)],a=new Float32Array(s*s);for(let l=0;l<a.length;l+=Lf){let h=Array.from({length:Lf},
(m,d)=>[o[(l+d)%s],i[Math.floor((l+d)/s)]]);a.set(e(h),l),yield}t({values:a,shape:[s,s],box:[o[0],o[s-1],i[0],i[s-1]]})}}var If={prior:"prior_xy",samples:"prior_xy",density:"density_grid"},$A=["density","manifold"],XA=.3,YA=120,wi=class{plane;canvases;marks;codes=new ui;manifold=new gi;mosaic=new fi;tasks;dirty;overlaysDirty;isMoving=!1;hasLegend=!0;hasCanvasChanged=k();densityImage=O(
om);judgeImage=O(en);heatImage=O(im);heatGrid=null;estimateRegion=O(ZA);priorImage=O(ds);priorRings=O(us);placeClassNames=O(
Sf);hasDensityChanged=k();softDensity=null;discriminatorSurface=null;restTimer;constructor(e){this.plane=e;let{base:t,overlay:s,
surface:n}=e.parts;this.canvases=[t,s],this.marks=new yi(n),this.tasks=new fn(o=>t.setAttribute("aria-busy",String(o))),
this.dirty=this.overlaysDirty=!0}close(){this.tasks.close(),this.codes.close(),window.clearTimeout(this.restTimer)}isAvailable(e){
let{fields:t,header:s,slice:n}=this.plane;return e in s.layers?e==="regions"?n.decodable&&!!s.regions?.length:e==="manif\
old"?!!s.weights?.decoder&&n.decodable&&n.shownDimensions.length!==1:!(e in If)||!!t[If[e]]:!1}isShown(e){return this.plane.
settings.layers[e]&&this.isAvailable(e)&&!(this.plane.pastFrame&&$A.includes(e))}dropComputed(){this.manifold.tiles.slotsByName.
clear(),this.discriminatorSurface=this.heatGrid=null}updateLayers(){this.dirty=!0,this.startTasks()}onLegendToggled(e){this.
hasLegend=e,this.plane.redrawCodes()}onViewChanged(){this.dirty=!0,this.isMoving=!0,window.clearTimeout(this.restTimer),
this.restTimer=window.setTimeout(()=>{this.isMoving=!1,this.plane.refresh(!0)},YA)}startTasks(){let{plane:e}=this,{slice:t,
settings:s,header:n,view:o}=e,{networks:i,networksKey:a}=e.decoder;if(this.tasks.stop("judge"),this.tasks.stop("manifold"),
e.pastFrame||!i||!t.decodable||!o.width)return;let{z:l}=e;if((s.layers.judge||s.layers.push)&&i.discriminator){let m=p=>i.
discriminateMany(Dl(p,t,l)),d=p=>{this.discriminatorSurface=p,e.redrawCodes()};this.tasks.start("judge",Tc(o.visibleBox,
m,d))}if(!s.layers.manifold||!this.isAvailable("manifold"))return;if(n.features){let m=d=>{this.heatGrid=d,e.redrawCodes()};
this.tasks.start("manifold",Tc(o.visibleBox,this.featureShareFunction(i,n.features),m));return}this.manifold.version=JSON.
stringify([a,n.y,Array.from(t.moveTo(l,0,0))]),this.manifold.tiles.reset(i.image[2],i.image[1]);let h=m=>this.decodePlaces(
i,m).map(d=>de(d,i.image));this.tasks.start("manifold",this.manifold.decodeMissing(o,h,()=>e.redrawCodes(),m=>i.batchSizeFor(
m)))}decodePlaces(e,t){let{slice:s,z:n,header:o}=this.plane;return e.decodeMany(Dl(t,s,n),t.map(()=>o.y??-1))}featureShareFunction(e,t){
let{feature:s}=this.plane.settings,[n,o]=[t.lows[s],t.highs[s]],i=o-n||2*t.reaches[s];return a=>this.decodePlaces(e,a).map(
l=>(ls(t,s,l[s])-n)/i)}draw(){let{theme:e,view:t}=this.plane,s=window.devicePixelRatio||1,[n,o]=[Math.round(t.width*s),Math.
round(t.height*s)];if(this.hasCanvasChanged(t.width,t.height,s,e.background)){for(let l of this.canvases)Object.assign(l,
{width:n,height:o}),Object.assign(l.style,{width:`${t.width}px`,height:`${t.height}px`});this.dirty=this.overlaysDirty=!0}
let[i,a]=this.canvases;this.dirty&&this.drawBase(Ut(i,t,e,s),s),this.overlaysDirty&&this.drawOverlays(Ut(a,t,e,s)),this.
dirty=this.overlaysDirty=!1,this.marks.drawMarks(e),this.moveMarks()}drawOverlays(e){for(let t of this.plane.overlays)e.
pen.save(),t(e),e.pen.restore()}drawBase(e,t){let{plane:s}=this,{fields:n,header:o,slice:i,pastFrame:a,view:l,theme:h}=s,
{pen:m}=e,d=this.visibleSurface();this.isShown("judge")&&d&&(a?nm:Oe)(e,this.judgeImage(d),d),this.isShown("manifold")&&
o.features&&this.heatGrid&&Oe(e,this.heatImage(this.heatGrid),this.heatGrid),this.isShown("density")&&Oe(e,this.densityImage(
n.density_grid,h.text),n.density_grid);let p=this.visibleRegion(),f=this.isShown("judge")||this.isShown("manifold");if(p&&
!f&&Oe(e,this.priorImage(p),p),rn(e),this.isShown("manifold")&&!o.features&&this.manifold.drawTiles(m,l),this.isShown("c\
odes")&&(m.globalAlpha=this.areCodesDimmed()?XA:1,this.drawSoftDensity(e),this.codes.draw(m,s,t),m.globalAlpha=1),this.isShown(
"samples")&&n.prior_xy&&sn(e,n.prior_xy.values),p&&Ta(e,this.priorRings(p)),this.isShown("thumbs")&&this.mosaic.draw(m,s),
this.isShown("push")&&d&&ff(e,d),this.isShown("regions")){for(let b of o.sweeps??[])ps(e,b.map(y=>l.toScreen(...i.project(
y))),1.5);cm(e,o.regions.map(({z:b,...y})=>({...y,place:i.project(b)})))}let g=this.drawClassNames(e);p&&Ca(e,this.priorRings(
p),g),nn(e,o.axis_names??[],this.isShown("manifold"))}drawSoftDensity(e){let{codes:t,settings:s,colouredMask:n}=this.plane;
this.hasDensityChanged(t.xy,t.labels,t.colours,[...s.hidden].join(),n)&&(this.softDensity=Tf(t,o=>this.plane.isVisible(o)&&
(!n||n[o]===1))),this.softDensity&&Oe(e,this.softDensity.image,this.softDensity)}visibleRegion(){let{fields:e,slice:t,prior:s,
header:n}=this.plane;return!this.isShown("prior")||n.brush?null:e.prior_mass??this.estimateRegion(s,t)}areCodesDimmed(){
let{colouredMask:e,header:t}=this.plane,s=sm.filter(n=>n!=="manifold"||!t.features);return!e&&s.some(n=>this.isShown(n))}drawClassNames(e){
let{codes:t,settings:s,header:n,view:o}=this.plane;if(!this.hasLegend||!this.isShown("codes")||this.isShown("regions"))return[];
if(n.ranges_of)return[];let a=this.placeClassNames(t.xy,t.labels,n.classes.length).filter(({label:l})=>!s.hidden.has(l)).
map(({label:l,place:h})=>({name:n.classes[l],place:o.toScreen(...h)}));return Mf(e,a)}visibleSurface(){let{fields:e,decoder:t,
pastFrame:s}=this.plane;return s?s.surface:(t.networks?.discriminator?this.discriminatorSurface:e.judge_grid)??null}moveMarks(){
let{slice:e,z:t,view:s,codes:n,picked:o,hovered:i}=this.plane,a=l=>l>=0&&2*l<n.xy.length?s.toScreen(n.xy[2*l],n.xy[2*l+1]):
[NaN,NaN];this.marks.moveMark("under",...a(i),s.markScale),this.marks.moveMark("chosen",...a(o),s.markScale),this.marks.
moveMark("cross",...s.toScreen(...e.project(t)),s.markScale)}};function ZA(r,e){if(!r.spec)return null;let t=kt(r.drawSamples(
Cn),r.dim,e);return En(t,e.shownDimensions.length===1)}var JA=1/20,QA=1/200,Rf={arrowleft:[-1,0],arrowright:[1,0],arrowup:[0,1],arrowdown:[0,-1]},Of=[{name:c("Arrows"),description:c(
"move z"),keys:Object.keys(Rf),act:(r,{key:e,shiftKey:t})=>r.moveZ(Rf[e.toLowerCase()],t?QA:JA)},{name:c("Shift + arrows"),
description:c("move z finely")},{name:"Enter",description:c("select the code nearest to z"),act:r=>r.pickNearest()},{name:"\
I",description:c("the selected image: original, reconstruction, neighbours"),act:r=>r.openTool("inspect")},{name:"W",description:c(
"add a waypoint at z to the path"),act:({plane:r})=>r.events.emit("key",{id:"path"})},{name:"X",description:c("draw an i\
mage or drop a file"),act:r=>r.openTool("draw")},{name:"L",description:c("lasso: dragging draws a line around codes"),act:({
plane:r})=>r.pointer.toggleSelectionMode("lasso")},{name:"B",description:c("box: dragging draws a frame around codes"),act:({
plane:r})=>r.pointer.toggleSelectionMode("box")},{name:"A",description:c("select all visible codes"),act:({plane:r})=>r.
pointer.selectAll()},{name:"V",description:c("with two linked planes: move the codes to their places in the other"),act:({
plane:r})=>r.events.emit("key",{id:"travel"})},{name:"Esc",description:c("give up a drag, clear the selection, close thi\
s list"),keys:["escape"],act:r=>r.escape()},{name:c("+ and −"),description:c("zoom"),keys:["+","=","-","−","_"],act:(r,{
key:e})=>r.plane.zoomAt("+=".includes(e)?1.25:.8,...r.focusPoint())},{name:"0",description:c("the whole plane"),act:({plane:r})=>r.
changeView(()=>r.view.goHome())},...vt.map(({id:r,key:e,title:t})=>({name:e.toUpperCase(),description:t,act:({plane:s})=>{
s.scene.isAvailable(r)&&s.toggleLayer(r)}})),{name:"?",description:c("this list"),act:r=>r.toggleHelp()}],Nf=Of.map(({name:r,
description:e})=>[r,e]),e0=new Map(Of.flatMap(({name:r,keys:e=[r.toLowerCase()],act:t})=>e.map(s=>[s,t]))),Ff=({key:r,ctrlKey:e,
altKey:t,metaKey:s})=>e||t||s?void 0:e0.get(r.toLowerCase());function Df(r){let e=p=>r.zoomAt(p,r.view.width/2,r.view.height/2),t=()=>r.keyboard.toggleHelp(),s={base:u("canvas",{class:"\
lp-canvas","aria-hidden":"true"}),switches:u("div",{class:"lp-switches",role:"group","aria-label":c("Layers")}),selection:u(
"section",{class:"lp-selection","aria-label":c("Selected codes")}),lasso:He("◌",c("Lasso: draw a line around codes"),()=>r.
pointer.toggleSelectionMode("lasso")),box:He("▭",c("Box: draw a frame around codes"),()=>r.pointer.toggleSelectionMode(
"box")),overlay:u("canvas",{class:"lp-canvas","aria-hidden":"true"}),aside:u("div",{class:"lp-aside"}),below:u("div",{class:"\
lp-below"}),key:u("div",{class:"lp-key"}),foot:u("div",{class:"lp-foot"}),legend:bd(),notes:u("div",{class:"lp-notes",role:"\
status"}),card:u("div",{class:"lp-card","aria-hidden":"true",hidden:!0}),summary:u("p",{class:"lp-hidden","aria-live":"p\
olite",id:"lp-summary"}),panel:u("div",{class:"lp-panel"}),help:t0(t)},n=u("div",{class:"lp-corner",role:"group","aria-l\
abel":c("View")},He("+",c("Zoom in"),()=>e(1.5)),He("−",c("Zoom out"),()=>e(1/1.5)),He("⟲",c("Show the whole plane"),
()=>r.changeView(()=>r.view.goHome())),s.lasso,s.box,He("?",c("Keys"),t)),o=u("div",{class:"lp-surface",tabindex:"0",role:"\
application","aria-describedby":"lp-summary","aria-label":c("Latent plane: drag or use the arrow keys to decode, ? lists\
 the keys")},s.base,s.overlay);s.foot.append(s.key);let i=u("div",{class:"lp-plane"},o,n,s.foot,s.card,s.help),a=u("div",
{class:"lp-ground"},i,s.legend),l=u("div",{class:"lp-left"},s.switches,a),h=u("div",{class:"lp-right"},s.panel,s.selection,
s.aside),m=u("div",{class:"lp-body"},l,h),d=u("div",{class:"lp"},s.notes,m,s.below,s.summary);return{...s,surface:o,corner:n,
plane:i,ground:a,body:m,root:d}}function t0(r){let e=Nf.map(([t,s])=>u("div",{},u("dt",{},t),u("dd",{},s)));return u("di\
v",{class:"lp-help",role:"dialog",tabindex:"-1","aria-label":c("Keys of the latent plane"),hidden:!0,onkeydown:t=>{t.key===
"Escape"&&r()}},u("p",{},u("strong",{},c("Keys"))),u("dl",{},...e),u("p",{},c("Drag: decode. Right button or Shift and d\
rag: move the view. Wheel while the plane is active, or with Ctrl, or two fingers: zoom.")),x(c("Close"),r))}var s0=700,r0=c("The plane shows the painted prior. The codes follow with the first checkpoint."),_f=r=>dt("{count} code",
"{count} codes",r,{count:r.toLocaleString("en")}),vi=class{plane;timer=0;constructor(e){this.plane=e,e.events.on("close",
()=>window.clearTimeout(this.timer))}scheduleUpdate(e){window.clearTimeout(this.timer),this.timer=window.setTimeout(()=>A(
this.plane.parts.summary,this.summaryText(e)),s0)}summaryText({density:e,dOfZ:t,likelihood:s}){let{header:n,picker:o,slice:i,
view:a,z:l}=this.plane;if(n.revision==="")return n.brush?"":r0;let h=i.decodable?o.nearestPoint(...i.project(l),a.extent/
4,d=>this.plane.isVisible(d)):-1,m=[c("z is {code}",{code:K(l,6)})];return Number.isNaN(e)||m.push(`log p(z) ${v(e)}`),Number.
isNaN(t)||m.push(`D(z) ${v(t)}`),s&&m.push(Ns[s].toLowerCase()),h>=0&&m.push(c("nearest code: {name}",{name:this.plane.codeName(
h)})),c("{facts}. {plane}",{facts:m.join(", "),plane:this.planeText()})}planeText(){let{plane:e}=this,{codes:t,header:s,
settings:n,picked:o,selection:i}=e,a=vt.filter(({id:f})=>e.scene.isShown(f)).map(({title:f})=>f),l={codes:_f(t.xy.length/
2),layers:a.join(", ")||c("none")},h=[e.pastFrame?c("{codes}; layers: {layers}, as at step {step}.",{...l,step:e.pastFrame.
step.toLocaleString("en")}):c("{codes}; layers: {layers}.",l)],m=s.missing??c("no class"),p=[...n.hidden].map(f=>f<0?m:s.
classes[f]).join(", ");return p&&s.missing&&h.push(c("Hidden groups: {groups}.",{groups:p})),p&&!s.missing&&h.push(c("Hi\
dden classes: {classes}.",{classes:p})),o>=0&&h.push(c("Selected: code {index}, {name}.",{index:o,name:e.codeName(o)})),
i.mask&&h.push(c("{codes} selected together.",{codes:_f(i.indices.length)})),_(...h)}};function Bf(r){if(!r)return"";let[
e,t]=[r.shown,r.total].map(s=>s.toLocaleString("en"));return c("The plane shows {shown} of {total} codes, the same share\
 of each class.",{shown:e,total:t})}var Cc=4;function Hf(r,e){let t=r.parts.switches,{layers:s,allSwitches:n}=r.settings,o=e.length>Cc+1,i=e.map(({title:m})=>m).
join();t.dataset.content!==i&&(t.dataset.content=i,t.replaceChildren(...e.map(({id:m,key:d,title:p,explanation:f})=>x(p,
()=>r.toggleLayer(m),{"data-id":m,"aria-pressed":"false","aria-keyshortcuts":d,title:_(f??"",c("Key {key}",{key:d.toUpperCase()}))})),
...o?[x("",()=>r.unfoldSwitches(!r.settings.allSwitches),{class:"lp-button lp-more"})]:[]));let a=[...t.children];if(a.slice(
0,e.length).forEach((m,d)=>{m.setAttribute("aria-pressed",String(s[m.dataset.id??""])),m.hidden=o&&!n&&d>=Cc}),!o)return;
let l=e.slice(Cc).filter(({id:m})=>s[m]).length,h=a[e.length];h.setAttribute("aria-expanded",String(n)),h.textContent=n?
c("Fewer layers"):l?c("More layers ({count} on)",{count:l}):c("More layers")}var n0={manifold:c("Heat map of a feature"),thumbs:c("Charts at codes")},o0=800,xi=class extends ci{drawNextFrame=ae(()=>this.
draw());parts;panel;scene;overlays;sprites;items;selection;decoder;spokenSummary;heatKey;theme;constructor(){super(),this.
parts=Df(this),this.panel=new hi(this),this.scene=new wi(this),this.overlays=[],this.sprites=new qs(()=>this.onPicturesLoaded(),
()=>({networks:this.decoder.networks,z:this.fields.z?.values,content:this.codes.content??null})),this.items=new Gs(()=>this.
onItemsLoaded()),this.selection=new li(this.parts.selection,this),this.decoder=new js(this.panel.image,(e,t)=>this.onNetworksChanged(
e,t),()=>this.refresh()),this.spokenSummary=new vi(this),this.heatKey=new eo(this),this.events.on("differences",({features:e})=>this.
panel.chart.showFirst(e)),this.theme=Ae(this.parts.root),this.events.on("close",Ie(this.parts.surface,()=>this.resize())),
this.events.on("close",yd(this.parts)),this.events.on("close",Ie(this.parts.legend,()=>{this.scene.onLegendToggled(this.
parts.legend.offsetWidth>0),this.resize()}))}close(){this.closed=!0,this.events.emit("close"),this.decoder.close(),this.
sprites.load(null),this.scene.close(),this.drawNextFrame.close();for(let e of[this.settleTimer,this.viewTimer])window.clearTimeout(
e);this.settleTimer=this.viewTimer=0}onNetworksChanged(e,t){this.panel.methodNote.textContent=e,this.setNote("weights",t),
this.refresh(!0),this.events.emit("networks")}onItemsLoaded(){this.closed||(this.selection.updatePanel(),this.hovered>=0&&
this.sprites.showCard(this,this.hovered),this.events.emit("pictures"))}onPicturesLoaded(){this.closed||(this.selection.updatePanel(),
this.hovered>=0&&this.sprites.showCard(this,this.hovered),this.redrawCodes(),this.events.emit("pictures"))}setNote(e,t){
J(this.parts.notes,e,t)}setDragging(e){e&&this.sendPending(),e&&(this.missedMessage=!1),this.dragging=e,this.scene.tasks.
setPaused(e),this.events.emit("drag",{on:e})}selectCodes(e,t=[]){this.selection.setMask(e&&e.map((s,n)=>Number(s&&this.isVisible(
n)))),this.outline={polygon:this.selection.mask?t:[],step:this.pastFrame?.step??null},this.onSelectionChanged(),this.events.
emit("changed",{setting:"lasso"})}selectInside(e){e.length<6?this.selectCodes(null):this.selectCodes(Qp(this.codes.xy,e,
t=>this.isVisible(t)),e)}get colouredMask(){return this.selection.mask??this.fields.matches?.values??null}onSelectionChanged(){
this.redrawCodes();let{mask:e}=this.selection;this.events.emit("choose",{mask:e}),E.emit("selection",{revision:this.header.
revision,mask:e})}setHovered(e){let t=this.dragging?-1:e;t!==this.hovered&&(this.hovered=t,this.parts.card.hidden=t<0,t>=
0&&this.sprites.showCard(this,t),this.refresh(),this.events.emit("hover",{index:t}))}hasThumbnail(e){return this.scene.isShown(
"thumbs")&&this.scene.mosaic.tiles.some(({k:t})=>t===e)}codeIndexAt(e,t){let s=this.scene.isShown("thumbs")?this.scene.mosaic.
codeIndexAt(e,t):-1;return s>=0?s:super.codeIndexAt(e,t)}zoomAt(e,t,s){this.changeView(()=>this.view.zoomAt(e,t,s))}changeView(e,t="\
person"){e(),this.setHovered(-1),this.scene.onViewChanged(),this.redrawOverlays(),this.events.emit("view"),window.clearTimeout(
this.viewTimer);let s=t==="person"&&this.header.report?.includes("view");this.viewTimer=s?window.setTimeout(()=>this.sendView(),
o0):0}copyView(e){this.changeView(()=>this.view.copyFrom(e),"link")}resize(){let{clientWidth:e,clientHeight:t}=this.parts.
surface;if(!e||!t)return;this.view.markScale=cs(this.parts.root);let s=window.devicePixelRatio||1,n=o=>Math.round(o*s)/s;
this.view.reserve=wd(this.parts.legend),this.view.resize(n(e),n(t)),this.scene.onViewChanged(),this.redrawOverlays()}toggleClass(e){
let{hidden:t}=this.settings;t.delete(e)||t.add(e),this.updateClasses(),this.events.emit("changed",{setting:"hidden"})}hideClasses(e){
this.settings.hidden=new Set(e),this.updateClasses()}updateClasses(){wr(this),this.selection.dropHidden()&&this.onSelectionChanged(),
this.redrawCodes(),this.events.emit("classes")}toggleLayer(e){let{layers:t}=this.settings;if(t[e]=!t[e],this.updateLayers(),
!this.header.report?.includes("layers"))return;let s=this.layersMessage();this.settings.layerEchoes.noteSent(s),this.sendMessage(
"layers",JSON.parse(s))}applyLayers(e){Object.assign(this.settings.layers,e),this.settings.layerEchoes.noteSent(this.layersMessage()),
this.updateLayers()}layersMessage(){return JSON.stringify(Object.fromEntries(Object.keys(this.header.layers).map(e=>[e,this.
settings.layers[e]])))}updateLayers(){this.updateShapes(),wr(this),this.updateSwitches(),this.refresh(!0),this.events.emit(
"layers")}showFeatureOnHeatMap(e){this.settings.feature=e,this.updateSwitches(),this.refresh(!0),this.events.emit("chang\
ed",{setting:"feature"})}updateSwitches(){let e=!!this.header.features,t=vt.filter(({id:s})=>this.scene.isAvailable(s)).
map(s=>({...s,title:e&&n0[s.id]||s.title}));xd(this,t.filter(({id:s})=>this.scene.isShown(s))),Hf(this,t)}unfoldSwitches(e){
this.settings.allSwitches=e,this.updateSwitches(),this.events.emit("changed",{setting:"more"})}refresh(e=!1){e&&this.scene.
updateLayers(),this.drawNextFrame()}addOverlay(e){this.overlays.push(e)}redrawCodes(){this.scene.dirty=!0,this.refresh()}redrawOverlays(){
this.scene.overlaysDirty=!0,this.refresh()}draw(){if(!this.ready||!this.view.width)return;let e=this.prior.isTypical(this.
z),t=this.prior.likelihood(this.z,e),s={density:this.prior.logDensity(this.z),dOfZ:NaN,isTypical:e,likelihood:t},n=this.
header.has_controls_beside&&this.decoder.usesServer;this.z.length&&!n&&(s.dOfZ=this.decoder.paintCode(this.z,this.header.
y??null)),this.pastFrame&&(s.dOfZ=this.pastFrame.discriminatorAt(this.z)),this.panel.showFacts(s),this.scene.draw(),this.
events.emit("drawn",{dOfZ:s.dOfZ}),this.spokenSummary.scheduleUpdate(s)}};var i0=900,a0=4e3,l0=10,c0=9,Si=class{plane;entries=new Map;pickedHere=!1;constructor(e){this.plane=e;let{events:t}=e;E.
on("link",({query:s})=>this.writeLink(s),t),t.on("data",({isOtherRevision:s})=>this.restoreSettings(s)),t.on("pick",({source:s})=>this.
pickedHere=s==="person"),t.on("tool",()=>this.scheduleSend("open")),t.on("changed",({setting:s})=>this.scheduleSend(s)),
t.on("rest",()=>this.sendPending()),t.on("close",()=>{for(let{timer:s}of this.entries.values())window.clearTimeout(s);this.
entries.clear()});for(let[s,n]of Object.entries(m0(e)))this.addSetting(s,n)}addSetting(e,t){this.entries.set(e,{setting:t,
sent:new B,timer:0})}restoreSettings(e){let{setting_texts:t,names:s}=this.plane.header;if(!(!t||!s))for(let[n,{setting:o,
sent:i}]of this.entries){let a=t[n]??"",l=i.isNewValue(a);s[n]&&(l||e)&&o.toText()!==a&&o.restore(a)}}scheduleSend(e){let{
report:t,names:s}=this.plane.header,n=this.entries.get(e);!n||!t?.includes(e)||!s?.[e]||(window.clearTimeout(n.timer),n.
timer=window.setTimeout(()=>this.sendSetting(e),i0))}sendPending(){for(let[e,{timer:t}]of this.entries)t&&this.sendSetting(
e)}sendSetting(e){let t=this.entries.get(e);if(!t)return;window.clearTimeout(t.timer),t.timer=0;let s=this.textOf(e);(t.
sent.latest??"")!==s&&(t.sent.noteSent(s),this.plane.sendMessage(e,{text:s}))}textOf(e){let t=this.entries.get(e)?.setting.
toText()??"";return t.length>a0?"":t}writeLink(e){let{plane:t}=this,{header:s,view:n}=t,{names:o}=s;if(!t.ready||!o)return;
let i=(f,g)=>{o[f]&&(g?e.set(o[f],g):e.delete(o[f]))};(!s.link||t.picked<0||this.pickedHere)&&i("z",Array.from(t.z,f=>le(
f,c0)).join()),t.picked!==(s.picked??-1)&&i("picked",h0(t));let a=Object.keys(s.layers),l=a.filter(f=>t.settings.layers[f]);
a.some(f=>l.includes(f)!==s.layers[f])&&e.set(o.layers,l.join());let{x0:h,x1:m,y0:d,y1:p}=n.visibleSquare;i("view",n.isAtHome?
"":[h,m,d,p].map(f=>le(f,l0)).join());for(let f of this.entries.keys())i(f,this.textOf(f));t.events.emit("link",{writeSetting:i})}};
function h0({picked:r,header:e}){return r<0?"":e.link?`${r}~${e.link.side}`:String(r)}var m0=r=>({hidden:{toText:()=>[...r.
settings.hidden].sort((e,t)=>e-t).join(),restore:e=>{r.hideClasses(e?e.split(",").map(Number):[])}},lasso:u0(r),open:{toText:()=>[
...r.tools.sections.keys()].filter(e=>r.tools.isOpen(e)).join(),restore:e=>{let t=e.split(",");for(let[s,n]of r.tools.sections)
n.hidden||(n.open=t.includes(s))}},feature:{toText:()=>r.header.features&&r.settings.feature?String(r.settings.feature):
"",restore:e=>r.showFeatureOnHeatMap(Number(e))},more:{toText:()=>r.settings.allSwitches?"1":"",restore:e=>{r.settings.allSwitches=
!!e,r.updateSwitches()}}});function u0(r){let e="",t=s=>r.selectInside(s?s.replace("~","").split(",").map(Number):[]);return r.
events.on("moment",()=>{e&&r.pastFrame&&t(e)}),r.events.on("choose",()=>e=""),{toText:()=>{let{polygon:s,step:n}=r.outline;
return e||!r.selection.mask||!s.length||n!==null&&n!==r.pastFrame?.step?e:s.join()+(n===null?"":"~")},restore:s=>{s.endsWith(
"~")&&!r.pastFrame?e=s:t(s)}}}var d0=.0016,p0=5,Ec=400,f0=[1,16,Ec],g0=c("The wheel scrolls the page. Click the plane, or hold Ctrl, to zoom."),b0=4e3,
zf="wheel explained";function Uf(r,e){let t=r.parts.surface,s=u("p",{class:"lp-hint",role:"status",hidden:!0});r.parts.plane.
append(s);let n=()=>{fs("sessionStorage",zf)||(St("sessionStorage",zf),s.hidden=!1,A(s,g0),window.setTimeout(()=>s.hidden=
!0,b0))},o=i=>{if(!i.ctrlKey&&!t.matches(":focus"))return n();i.preventDefault(),s.hidden=!0;let{x:a,y:l}=e(i),h=Math.max(
-Ec,Math.min(Ec,i.deltaY*f0[i.deltaMode]));r.zoomAt(Math.exp(-h*d0*(i.ctrlKey?p0:1)),a,l)};t.addEventListener("wheel",o,
{passive:!1})}var y0=4;function qf(r,e){let t=r.parts.surface,s=new kc(r,e,t);t.addEventListener("pointerdown",n=>s.onPress(n)),t.addEventListener(
"pointermove",n=>s.onMove(n)),t.addEventListener("pointerup",n=>s.onRelease(n)),t.addEventListener("pointercancel",n=>s.
onRelease(n)),t.addEventListener("pointerleave",()=>s.onLeave()),t.addEventListener("contextmenu",n=>n.preventDefault()),
Uf(r,n=>s.pointOf(n))}var kc=class{plane;pointer;element;pointers=new Map;gesture=null;constructor(e,t,s){this.plane=e,this.
pointer=t,this.element=s}pointOf(e){let t=this.element.getBoundingClientRect();return{x:e.clientX-t.left-this.element.clientLeft,
y:e.clientY-t.top-this.element.clientTop}}onPress(e){let t=this.pointOf(e);if(this.pointers.set(e.pointerId,t),this.element.
setPointerCapture(e.pointerId),this.pointers.size===2)this.gesture?.mode==="drag"&&this.pointer.cancel(),this.gesture={...t,
moved:!0,mode:"pinch"};else if(this.pointers.size===1){let s=e.button===0&&!e.shiftKey?"drag":"pan";this.gesture={...t,moved:!1,
mode:s},s==="drag"&&this.pointer.press(t.x,t.y,e.target)}}onMove(e){let{gesture:t}=this,s=this.pointOf(e),n=this.pointers.
get(e.pointerId);if(!n||!t)return this.plane.setHovered(this.plane.codeIndexAt(s.x,s.y));t.moved||=Math.hypot(s.x-t.x,s.
y-t.y)>y0,t.mode==="drag"?this.pointer.drag(s.x,s.y):t.mode==="pan"?this.pan(s.x-n.x,s.y-n.y):this.pinch(e.pointerId,n,s),
this.pointers.set(e.pointerId,s)}pan(e,t){this.plane.changeView(()=>this.plane.view.panBy(e,t))}pinch(e,t,s){let n=[...this.
pointers].find(([a])=>a!==e)?.[1];if(!n)return;this.pan((s.x-t.x)/2,(s.y-t.y)/2);let[o,i]=[Math.hypot(s.x-n.x,s.y-n.y),Math.
hypot(t.x-n.x,t.y-n.y)];i>1&&o>1&&this.plane.zoomAt(o/i,(s.x+n.x)/2,(s.y+n.y)/2)}onRelease(e){let{gesture:t}=this;if(!this.
pointers.delete(e.pointerId)||!t)return;let s=this.pointOf(e);t.mode==="drag"&&e.type==="pointerup"?this.pointer.release(
s.x,s.y,t.moved):t.mode==="drag"&&this.pointer.cancel(),this.pointers.size===0&&(this.gesture=null)}onLeave(){this.pointers.
size||this.plane.setHovered(-1)}};function w0(r,e=180){let t=[];for(let n=0;n<r.length;n+=2)t.push([r[n],r[n+1]]);let s=n=>{let[o,i,a]=[t[(n+t.length-1)%t.
length],t[n],t[(n+1)%t.length]];return Math.abs((i[0]-o[0])*(a[1]-o[1])-(a[0]-o[0])*(i[1]-o[1]))};for(;t.length>e;){let n=0;
for(let o=1,i=s(0);o<t.length;o++){let a=s(o);a<i&&([n,i]=[o,a])}t.splice(n,1)}return t.flat()}function Gf(r,e){let t=w0(
r),s=[];for(let n=0;n<t.length;n+=2)s.push(...e.toPlane(t[n],t[n+1]));return s.map(n=>Number(n.toPrecision(7)))}var Mi=class{plane;lasso;selectionMode="";dragHandlers=new WeakMap;activeDrag=null;dragStart;constructor(e){this.plane=e,
this.lasso=new Qo(e.parts.surface),this.dragStart={z:e.z,centre:e.view.centre,x:0,y:0},this.toggleSelectionMode(""),qf(e,
this);let t=()=>Object.assign(this.dragStart,{z:e.z,centre:e.view.centre});e.events.on("drag",({on:s})=>{s&&t()}),e.events.
on("data",({isOtherRevision:s})=>{s&&t()})}press(e,t,s){let{plane:n}=this;n.parts.surface.focus({preventScroll:!0}),n.setHovered(
-1),this.activeDrag=(s&&this.dragHandlers.get(s)?.())??this.selectionMode,typeof this.activeDrag!="object"&&(n.setDragging(
!0),Object.assign(this.dragStart,{x:e,y:t}),this.activeDrag&&this.lasso.setCorners([e,t]),this.drag(e,t))}drag(e,t){let{
plane:s,dragStart:n,activeDrag:o}=this;if(o!==null){if(typeof o=="object")return o.move(e,t);if(o==="box")return this.lasso.
setBox(n.x,n.y,e,t);if(o)return this.lasso.addCorner(e,t);if(s.slice.decodable)return s.setZ(s.slice.moveTo(s.z,...s.view.
toPlane(e,t)),"drag");s.view.centre=n.centre,s.changeView(()=>s.view.panBy(e-n.x,t-n.y))}}release(e,t,s){let{plane:n,activeDrag:o}=this;
if(o===null||(this.activeDrag=null,typeof o=="object"))return;n.setDragging(!1),o&&this.selectPolygon(this.lasso.finish());
let i=s||o?-1:n.codeIndexAt(e,t);i>=0?n.pickCode(i):!o&&n.slice.decodable?n.sendZ():this.applyMissedMessages()}cancel(){
let{plane:e,dragStart:t,activeDrag:s}=this;if(s!==null){if(this.activeDrag=null,typeof s=="object")return s.cancel();e.setDragging(
!1),s?this.lasso.finish():e.slice.decodable?(e.setZ(t.z,"drag"),ep(e)):e.changeView(()=>e.view.centre=t.centre),this.applyMissedMessages()}}applyMissedMessages(){
this.plane.applyMissedMessage(),ie(this.plane,"z")?.applyMissedMessage()}selectPolygon(e){this.plane.selectInside(Gf(e,this.
plane.view))}selectAll(){let{width:e,height:t}=this.plane.view;this.selectPolygon([0,0,e,0,e,t,0,t])}toggleSelectionMode(e){
this.selectionMode=this.selectionMode===e?"":e;for(let t of["lasso","box"])this.plane.parts[t].setAttribute("aria-presse\
d",String(this.selectionMode===t))}};var Vf=ve((r,{layers:e})=>({layers:Object.fromEntries(vt.map(({id:s,on:n})=>[s,e?.[s]??n])),layerEchoes:new B,hidden:new Set,
allSwitches:!1,feature:0}));function jf(r,e){let[t,s]=[r,e].map(({header:{code:o,picked:i,view:a,frame:l,setting_texts:h,
...m}})=>JSON.stringify(m)),n=new Map(Object.entries(r.fields));return t===s&&Object.entries(e.fields).every(([o,{values:i}])=>o===
"image"||v0(n.get(o)?.values,i))}function v0(r,e){if(!r||r===e)return r===e;let[t,s]=[r,e].map(n=>new Uint8Array(n.buffer,
n.byteOffset,n.byteLength));return t.length===s.length&&t.every((n,o)=>n===s[o])}var Wf=16,Ai=class{plane;constructor(e){this.plane=e,e.parts.surface.addEventListener("keydown",t=>this.onKey(t)),e.parts.
plane.addEventListener("focusout",()=>e.sendPending())}onKey(e){let t=Ff(e);!t||!this.plane.ready||(e.preventDefault(),e.
stopPropagation(),t(this,e))}toggleHelp(e=this.plane.parts.help.hidden){let{help:t,surface:s}=this.plane.parts;t.hidden=
!e,(e?t:s).focus(),t.scrollTop=0}focusPoint(){let{view:e,slice:t,z:s}=this.plane,[n,o]=e.toScreen(...t.project(s));return Number.
isFinite(n+o)?[n,o]:[e.width/2,e.height/2]}moveZ([e,t],s){let{plane:n}=this,{view:o,slice:i}=n;if(!i.decodable)return;let a=s*
o.extent/o.zoom,[l,h]=i.project(n.z);n.setZ(i.moveTo(n.z,l+e*a,h+t*a),"keys");let[m,d]=this.focusPoint(),p=(b,y)=>Math.min(
0,y-Wf-b)+Math.max(0,Wf-b),[f,g]=[p(m,o.width),p(d,o.height)];(f||g)&&n.changeView(()=>o.panBy(f,g)),n.scheduleSendZ()}pickNearest(){
let{plane:e}=this,t=e.picker.nearestPoint(...e.slice.project(e.z),4*e.view.extent,s=>e.isVisible(s));t>=0&&e.pickCode(t)}escape(){
let{plane:e}=this;if(e.pointer.activeDrag!==null)return e.pointer.cancel();if(!e.parts.help.hidden)return this.toggleHelp(
!1);if(e.selection.mask)return e.selectCodes(null);if(e.pointer.selectionMode)return e.pointer.toggleSelectionMode("");e.
picked>=0&&e.pickCode(-1)}openTool(e){this.plane.tools.openAndFocus(e),this.plane.events.emit("key",{id:e})}};var x0=new te(24),Kf=(r,e)=>x0.getOrFetch(`${r.id} ${e}`,async()=>{let t=await r.fetchColouring(e);if(!t)throw new Error(
e);return t}).catch(()=>null),Ti=class{plane;columns=new B;choice=null;latestChoice=0;constructor(e){this.plane=e,E.on("\
colour",({column:t,promises:s})=>{this.canFetch&&s.push(this.choose(t))},e.events),E.on("colours",({columns:t})=>{this.prefetch(
t)},e.events)}get canFetch(){let{ready:e,header:t,decoder:s}=this.plane;return e&&!t.link&&s.server.canRequest("colourin\
g")}async choose(e){let{plane:t}=this,{server:s}=t.decoder,n=++this.latestChoice,o=await Kf(s,e);n!==this.latestChoice||
t.closed||t.decoder.server.id!==s.id||!o||(this.columns.noteSent(e),this.choice={serverId:s.id,colouring:o},t.recolour(this.
applyTo(t,o)))}async prefetch(e){let{plane:t}=this,{server:s}=t.decoder;for(let n of e){if(t.closed||!this.canFetch||t.decoder.
server.id!==s.id)return;await Kf(s,n)}}colourMessage(e){let{choice:t}=this,s=this.columns.isNewValue(e.header.colour),n=t?.
serverId!==Object.values(e.header.server??{}).join();return!t||s||n||t.colouring.header.colour===e.header.colour?(this.choice=
null,e):this.applyTo(e,t.colouring)}applyTo({header:e,fields:{groups:t,...s}},n){return{header:{...e,...n.header},fields:{
...s,...n.fields}}}};var S0=8;function Ci(r,e,t,s=-1){let n=pt(r,e,t,new Float64Array(Math.floor(r.length/e)));return s>=0&&(n[s]=1/0),Je(n,S0).
map(o=>({index:o,distance:Math.sqrt(n[o])}))}function Ei(r,e){let t=e.map(({index:n,distance:o})=>{let i=r.codeName(n),a=r.
sprites.thumbnail(n);return u("button",{type:"button",class:"lp-near","aria-label":c("Code {index}, {name}, {distance} a\
way: select it",{index:n,name:i,distance:v(o)}),onclick:()=>r.pickCode(n)},...a?[a]:[],u("span",{},`${i} · ${v(o)}`))}),
s=c("The {count} nearest codes: class and distance.",{count:e.length});return u("div",{},u("p",{class:"lp-note"},s),u("d\
iv",{class:"lp-figures"},...t))}function ki(r,e){return r.setAttribute("role","img"),r.setAttribute("aria-label",e),u("f\
igure",{},r,u("figcaption",{},e))}var Ys=r=>r.contents?.length?c("All with the content {content}.",{content:r.contents[r.y??0]}):"";async function Pe({decoder:r,
header:e},t,s,n=e.contents?.length?t.map(()=>e.y??0):null){if(!t.length)return{images:[],shape:[1,1,1],dOfZ:NaN};let{networks:o,
server:i}=r;if(o)return{images:o.decodeMany(t,n),shape:o.image,dOfZ:o.discriminate(t[0])};let{images:a,d_of_z:l}=await i.
decode(t,n,s);return{...bt(a),dOfZ:l?l.values[0]:NaN}}var $f=64;async function Pc({decoder:r,header:e}){try{return{encode:await r.loadEncoder(),encodingPlace:"in this page"}}catch{
return{encode:t=>r.server.encode(Zr(t,e.preprocessing?.image??[])),encodingPlace:"on the server"}}}async function Xf(r,e,t){
let s=Float32Array.from(await e(t));if(!s.every(Number.isFinite))throw new Error(c("The encoder returned no valid code f\
or this image."));let{contents:n,y:o}=r.header,i=n?.length??0,a=[],l=t,h=NaN;for(let d=0;d<(i||1);d+=$f){let p=i?Array.from(
{length:Math.min($f,i-d)},(b,y)=>d+y):null,f=new Array(p?.length??1).fill(s),g=await Pe(r,f,void 0,p);a.push(...g.images.
map(b=>M0(t,b))),h=g.dOfZ,l=g.images[i?Number(o)-d:0]??l}let m=Math.min(...a);return{x:t,z:s,reconstruction:l,error:m,best:i?
a.indexOf(m):null,dOfZ:h}}var M0=(r,e)=>r.reduce((t,s,n)=>t+.5*(s-e[n])**2,0);function Yf(r){let e=new Map;for(let o of r)o!==null&&e.set(o,(e.get(o)??0)+1);let t=Math.max(0,...e.values()),s=[...e].
filter(([,o])=>o===t).map(([o])=>o);if(!t)return"";let n=r.length;return s.length>1?c("Its nearest codes disagree: {name\
s} ({most} of {total} each).",{names:s.join(", "),most:t,total:n}):c("Class of its nearest codes: {name} ({most} of {tot\
al}).",{name:s[0],most:t,total:n})}function Zf(r,e,t){let s=v(r,1),n=typeof e=="string"?null:e,o=n?v(n.limit,1):"";if(n!==
null&&r>n.limit)return t===!1?c("It is off the manifold: the decoder cannot reconstruct it (error {error}; 99 % of the d\
ata set’s images stay below {limit}), and its code lies outside 99 % of the prior.",{error:s,limit:o}):c("It is off th\
e manifold: the decoder cannot reconstruct it (error {error}; 99 % of the data set’s images stay below {limit}).",{error:s,
limit:o});if(t===!1)return c("It is off the manifold: its code lies outside 99 % of the prior.");if(n)return c("The deco\
der reconstructs it with error {error}; typical is {typical}, and 99 % of the images stay below {limit}.",{error:s,typical:v(
n.typical,1),limit:o});let a=c("The decoder reconstructs it with error {error}.",{error:s});return _(a,e)}function Jf(r,e,t){
let s=c("Reconstructed with content {name}, as chosen on this page.",{name:r[e]}),n=t===e?c("No other content is closer."):
c("Content {name} is closest.",{name:r[t]});return _(s,n)}var Lc=c("Loading the encoder …"),A0=c("Typical values are not known, since the data set’s images are not on this mach\
ine."),Qf=c("Loading typical values …"),T0=c("The ringed dot on the plane is this image."),Ic=class{plane;source;encodedImage=null;haveInputsChanged=k();typicalErrorsServerId="";typicalErrors=Qf;pictures=u(
"div",{class:"lp-figures"});sentence=u("p",{"aria-live":"polite"});details=u("div",{});constructor(e,t){this.plane=e,this.
source=new ws(e.parts.root,{canTakeFile:()=>e.tools.isAvailable("draw"),canPasteFile:()=>e.tools.isOpen("draw"),onDrop:()=>e.
tools.openAndFocus("draw"),onChange:()=>this.encodeImage(!0)});let{pad:s,zone:n,status:o}=this.source;t.append(u("div",{
class:"lp-drawing"},s.canvas,this.pictures),s.hint,s.buttons,n,this.sentence,o,this.details),this.addListeners()}addListeners(){
let{events:e}=this.plane,{pad:t,input:s}=this.source;e.on("close",()=>this.source.close()),e.on("data",({isOtherRevision:n})=>this.
onMessage(n)),e.on("tool",({id:n,open:o})=>{n==="draw"&&o&&this.fetchEncoder()}),e.on("key",({id:n})=>{n==="draw"&&(t.canvas.
hidden?s:t.canvas).focus()}),e.on("pictures",()=>this.showResult()),this.plane.addOverlay(n=>{this.encodedImage&&this.drawMark(
n,this.encodedImage.z)})}onMessage(e){let{preprocessing:t,weights:s,server:n,sprites:o,revision:i,y:a}=this.plane.header;
if(!t||(this.source.setPreprocessing(t),!this.haveInputsChanged(i,a,s?.encoder?.sha??n.encode,o?.sha)))return;let l=this.
encodedImage!==null;e&&this.clear(),l&&this.encodeImage(!1)}async fetchEncoder(){let{source:e}=this;if(this.requestTypicalErrors(),
this.encodedImage)return this.showResult();e.showStatus(Lc),await Pc(this.plane),e.status.textContent===Lc&&e.showStatus(
"")}async requestTypicalErrors(){let{server:e}=this.plane.decoder,t=e.id;if(t===this.typicalErrorsServerId)return;this.typicalErrorsServerId=
t,this.typicalErrors=Qf;let s=await e.fetchTypicalErrors().catch(n=>c("Typical values are not known: {reason}",{reason:n.
message}));t===this.typicalErrorsServerId&&(typeof s=="string"&&(this.typicalErrorsServerId=""),this.typicalErrors=s??A0,
this.showResult())}async encodeImage(e){let{plane:t,source:s}=this,n=++s.requestNumber;try{let o=s.preprocessedImage();if(!o)
return this.clear();this.requestTypicalErrors(),this.encodedImage||s.showStatus(Lc);let{encode:i,encodingPlace:a}=await Pc(
t),l=await Xf(t,i,o);if(n!==s.requestNumber)return;this.encodedImage=l;let h=a==="in this page"?c("Encoded in this page."):
c("Encoded on the server.");s.showStatus(t.slice.decodable?_(h,T0):h),e&&t.moveZTo(l.z),t.redrawOverlays(),this.showResult()}catch(o){
n===s.requestNumber&&s.showError(o)}}clear(){this.source.requestNumber++,this.encodedImage=null,this.source.showStatus(""),
this.sentence.textContent="";for(let e of[this.pictures,this.details])e.replaceChildren();this.plane.redrawOverlays()}showResult(){
let{encodedImage:e,plane:t,typicalErrors:s}=this;if(!e||!t.tools.isOpen("draw"))return;let{codes:n,fields:o,header:i,prior:a}=t,
{x:l,z:h,reconstruction:m,error:d,best:p,dOfZ:f}=e,g=o.z?Ci(o.z.values,i.dim,h):[],b=g.map(({index:S})=>i.classes[n.labels?.[S]??
-1]??null),y=p===null?Yf(b):Jf(i.contents,Number(i.y),p),w=[["z",K(h)],["log p(z)",v(a.logDensity(h))],["D(z)",v(f)]];this.
pictures.replaceChildren(this.makeFigure(l,c("what the network sees")),this.makeFigure(m,c("reconstruction"))),A(this.sentence,
_(y,Zf(d,s,a.isTypical(h)))),this.details.replaceChildren(zr(w.filter(([,S])=>S!==v(NaN))),Ei(t,g))}makeFigure(e,t){let s=u(
"canvas",{});return W(s,e,this.plane.header.preprocessing.image),ki(s,t)}drawMark({pen:e,view:t,theme:s},n){let[o,i]=t.toScreen(
...this.plane.slice.project(n));Number.isFinite(o+i)&&(Re(e,o,i,8.5,s.background),Re(e,o,i,7,s.text),Re(e,o,i,3,s.background))}},
eg={id:"draw",title:c("Draw or drop an image"),titleFor:({preprocessing:r})=>r?!ja(r)&&c("Drop an image"):!1,host:"aside",
Kind:Ic};var C0=new Float32Array(0);function E0(r,e,t){let s=new Map;for(let o=0;t&&o<t.length;o++){if(t[o]<0)continue;let i=s.get(
t[o])??{sum:new Float64Array(e),count:0};s.set(t[o],i);for(let a=0;a<e;a++)i.sum[a]+=r[o*e+a];i.count++}let n=[...s].sort(
([o],[i])=>o-i);return new Map(n.map(([o,{sum:i,count:a}])=>[o,Float32Array.from(i,l=>l/a)]))}var tg=(r,e,t)=>Float32Array.
from(r,(s,n)=>s-e[n]+t[n]);function Pi(r){let e=O(E0),t=O((s,n,o,i)=>{let a=n.split(`
`),l=new Map([...s].map(([h,m])=>[String(h),{title:c("mean of {name}",{name:a[h]}),short:a[h],z:m}]));return Be.forEach(
(h,m)=>{let d=[o,i][m];d&&l.set(h,{title:c("group {name} ({count} codes)",{name:h,count:d.count.toLocaleString("en")}),short:h,
z:d.z})}),l});return()=>{let{codes:s,fields:n,header:o}=r,{A:i,B:a}=We(o.revision);return t(e(n.z?.values??C0,o.dim,s.labels),
o.classes.join(`
`),i,a)}}function Li(r,e,t,s){r.replaceChildren(...e.map(([n,o])=>u("option",{value:n},o))),r.value=e.some(([n])=>n===t)?
t:s}function Rc({centre:r,step:e},t){let[s,n]=[0,0];for(let o=0;o<e.length;o++)s+=(t[o]-r[o])*e[o],n+=e[o]*e[o];return s/n}function Ii(r,e,t){
let s=t-Rc(r,e);return Float32Array.from(e,(n,o)=>n+s*r.step[o])}var sg=(r,e)=>({centre:Float32Array.from(r),step:Float32Array.
from(e,(t,s)=>t-r[s])}),Oc=({step:r})=>Math.hypot(...Array.from(r));var Nc=1/3,Fc=c("The bar beneath an image shows how near the codes are: full where they are as close as around a typical\
 code, half where they are twice as far away. A short, dashed bar marks empty space, where hardly any image is encoded."),
Zs=class{onChoose;host;cells=[];constructor(e,t=c("Images along the path")){this.onChoose=e,this.host=u("div",{class:"lp\
-strip",role:"group","aria-label":t}),Fe(this.host,"button")}showImages(e,t){e.forEach((s,n)=>W(this.cells[n].canvas,s,t))}showCodes(e,t,s=n=>c(
"Image {number} of {count}",{number:n+1,count:e.length})){this.setLength(e.length),this.cells.forEach(({button:n,bar:o},i)=>{
let a=t[i];o.hidden=Number.isNaN(a),o.style.width=`${100*a}%`,o.classList.toggle("lp-empty",a<Nc);let l={name:s(i),z:K(e[i],
4),share:Math.round(100*a)};n.setAttribute("aria-label",Number.isNaN(a)?c("{name}: z {z}. Move z there",l):c("{name}: z \
{z}, nearness of codes {share} %. Move z there",l))})}setLength(e){for(;this.cells.length>e;)this.cells.pop()?.button.remove();
for(;this.cells.length<e;){let t=this.cells.length,[s,n]=[u("canvas",{"aria-hidden":"true"}),u("i",{hidden:!0})],o=u("bu\
tton",{type:"button",onclick:()=>this.onChoose(t)},s,u("span",{class:"lp-near-bar"},n));this.cells.push({button:o,canvas:s,
bar:n}),this.host.append(o)}De(this.host,"button")}markImage(e){this.cells.forEach(({button:t},s)=>t.classList.toggle("l\
p-now",s===e))}toCanvas(){let{width:e,height:t}=this.cells[0].canvas,s=Math.max(1,Math.round(112/t)),n=u("canvas",{width:this.
cells.length*e*s,height:t*s}),o=P(n);return o.imageSmoothingEnabled=!1,this.cells.forEach(({canvas:i},a)=>o.drawImage(i,
a*e*s,0,e*s,t*s)),n}};var k0=400,Ri=class{direction;ends=[0,0];strip;slider;output=u("output",{});factsText=u("span",{});marks=u("div",{class:"\
lp-direction-marks","aria-hidden":"true"});host;constructor(e,t){this.direction=e,this.strip=new Zs(s=>t.moveZTo(Ii(this.
direction,t.z,this.direction.places[s])),c("Images along {direction}",{direction:e.name})),this.slider=u("input",{type:"\
range","aria-label":c("z along {direction}",{direction:e.name}),oninput:()=>t.setZ(Ii(this.direction,t.z,Number(this.slider.
value)),"slide"),onchange:()=>t.sendZ()}),this.host=u("div",{class:"lp-direction"},u("p",{},u("b",{},e.name),this.factsText),
this.strip.host,this.marks,u("label",{},this.slider,this.output)),this.showDirection(e)}showDirection(e){let{facts:t,places:s,
marks:n}=e,o=(s[1]-s[0])/2;this.direction=e,this.ends=[s[0]-o,s[s.length-1]+o];let[i,a]=this.ends;for(let[l,h]of Object.
entries({min:i,max:a,step:(a-i)/k0}))this.slider.setAttribute(l,String(h));return this.factsText.textContent=t,this.marks.
replaceChildren(...n.map(l=>u("span",{},l))),this}codesAlong(e){return this.direction.places.map(t=>Ii(this.direction,e,
t))}moveSlider(e){let{places:t,coordinateText:s,shortText:n}=this.direction,o=Rc(this.direction,e);this.slider.value=String(
o),this.slider.setAttribute("aria-valuetext",s(o)),A(this.output,n(o)),this.strip.markImage(o<this.ends[0]||o>this.ends[1]?
-1:Math.round((o-t[0])/(t[1]-t[0])))}nameImages(e){let{places:t,coordinateText:s}=this.direction;this.strip.showCodes(this.
codesAlong(e),t.map(()=>NaN),n=>s(t[n]))}};var Dc=8,P0=3,L0=2e8,rg=r=>Math.min(2e3,Math.floor(Math.sqrt(L0/r))),Oi=class{z;dim;count;neighbours;constructor(e,t){this.
z=Float64Array.from(e),this.dim=t,this.count=Math.floor(e.length/t),this.neighbours=Array.from({length:this.count},()=>[]),
this.linkCodes()}linkCodes(){let[e,t]=[new Float64Array(this.count),new Float64Array(this.count).fill(1/0)],s=new Int32Array(
this.count).fill(-1),n=Int32Array.from(t.keys());for(let o=this.count,i=0;o>0;){let a=n[i];n[i]=n[--o],s[a]>=0&&this.addEdge(
a,s[a]),pt(this.z,this.dim,this.codeOfNode(a),e),e[a]=1/0;for(let l of Je(e,Dc))this.addEdge(a,l);i=0;for(let l=0;l<o;l++){
let h=n[l];e[h]<t[h]&&([t[h],s[h]]=[e[h],a]),t[h]<t[n[i]]&&(i=l)}}}codeOfNode(e){return this.z.subarray(e*this.dim,(e+1)*
this.dim)}addEdge(e,t){this.neighbours[e].push(t),this.neighbours[t].push(e)}cheapestPath(e,t){let[s,n]=[e,t].map(p=>pt(
this.z,this.dim,p,new Float64Array(this.count))),o=new Float64Array(this.count).fill(1/0),i=new Int32Array(this.count).fill(
-1),a=new Set(Je(s,Dc));for(let p of a)o[p]=s[p];let l=new Set(Je(n,Dc)),[h,m]=[Ue(e,t),-1];for(;a.size;){let p=-1;for(let f of a)
(p<0||o[f]<o[p])&&(p=f);if(a.delete(p),o[p]>=h)break;l.has(p)&&o[p]+n[p]<h&&([h,m]=[o[p]+n[p],p]);for(let f of this.neighbours[p]){
let g=o[p]+Ue(this.codeOfNode(p),this.codeOfNode(f));g>=o[f]||([o[f],i[f]]=[g,p],a.add(f))}}let d=[];for(let p=m;p>=0;p=
i[p])d.unshift(Array.from(this.codeOfNode(p)));return[Array.from(e),...d,Array.from(t)]}};function Ni(r){for(let e=0;e<P0;e++)
r=r.map((t,s)=>s===0||s===r.length-1?t:t.map((n,o)=>n/2+(r[s-1][o]+r[s+1][o])/4));return r}var ng=64,og=(r,e,t)=>Array.from(r,(s,n)=>(1-t)*s+t*e[n]);function Or(r,e){return{pointAt:t=>og(r,e,t),length:Math.sqrt(
Ue(r,e))}}function ig(r,e){let[t,s]=[r,e].map(l=>Math.sqrt(Ue(l,new Float64Array(l.length)))),n=Array.from(r).reduce((l,h,m)=>l+
h/t*(e[m]/s),0),o=Math.acos(Math.min(1,Math.max(-1,n)));if(!(Math.min(t,s)>0&&Math.sin(o)>1e-6))return Or(r,e);let i=l=>{
let h=((1-l)*t+l*s)/Math.sin(o),[m,d]=[Math.sin((1-l)*o)*h/t,Math.sin(l*o)*h/s];return Array.from(r,(p,f)=>m*p+d*e[f])},
a=Array.from({length:ng+1},(l,h)=>i(h/ng));return{pointAt:i,length:Nr(a).length}}var _c=r=>e=>{let t=Math.min(r.length-2,
Math.floor(e));return og(r[t],r[t+1],e-t)};function Bc(r,e){let t=[0];for(let n=1;n<e.length;n++)t.push(t[n-1]+Math.sqrt(
Ue(e[n-1],e[n])));let s=t[t.length-1];return{pointAt:n=>r(s>0?re(t,n*s):n*(e.length-1)||0),length:s}}var Nr=r=>Bc(_c(r),
r);function ag(r,e){let t=r.reduce((a,{length:l})=>a+l,0),s=r[0].pointAt(0).length,n=new Float32Array(e*s),[o,i]=[0,0];for(let a=0;a<
e;a++){let l=a*t/(e-1);for(;o<r.length-1&&l>=i+r[o].length;)i+=r[o++].length;let{length:h,pointAt:m}=r[o],d=a===e-1?1:Math.
min(1,(l-i)/(h||1));n.set(m(d),a*s)}return n}var Hc=6,I0=6,zc=[8,24],Uc={linear:{title:c("Linear"),note:c("Straight from waypoint to waypoint.")},spherical:{title:c(
"Spherical"),note:c("Direction and length change at a constant rate around the origin.")},density:{title:c("Along densit\
y"),note:c("In short hops from code to code, so that the path stays where codes are dense.")},geodesic:{title:c("Geodesi\
c"),note:c("The path along which what is decoded changes least: shortest in the decoder’s output, not in z. Dashed: the \
straight line.")}},Fi=ve(()=>({waypoints:[],kind:"linear",count:12,pace:4}));function lg({waypoints:r,kind:e},t){let s=e===
"geodesic"?t.geodesic():null,n=s?r.slice(1).map((o,i)=>s(r[i],o)):[];return s&&n.every(o=>"direct"in o)?n:r.slice(1).map(
(o,i)=>e==="density"?Nr(Ni(t.graph().cheapestPath(r[i],o))):e==="spherical"?ig(r[i],o):Or(r[i],o))}var cg=({waypoints:r,
kind:e,count:t})=>r.length?[e,t,r.map(s=>Array.from(s,n=>le(n,I0)).join()).join(";")].join("~"):"";function hg(r,e){let[
t,s,n]=e.split("~");r.waypoints=n?n.split(";").map(o=>Float32Array.from(o.split(","),Number)):[],n&&(r.kind=t,r.count=Number(
s))}function Di(r,e){let t=Math.max(1,2*e-2),s=r%t;return s<e?s:t-s}var ee=4,_i=class{showFrame;chart=new ke(c("Image at the moving dot on the path"));image=this.chart.canvas;button=x(c("P\
lay"),()=>this.togglePlaying());frameSlider=u("input",{type:"range",min:0,max:1,step:1,"aria-label":c("Place on the path"),
oninput:()=>this.pauseAt(Number(this.frameSlider.value))});paceSlider;paceOutput=u("output",{});host;isPlaying=!window.matchMedia(
"(prefers-reduced-motion: reduce)").matches;frames=0;stride=1;step=0;timer=0;isSuspended=!1;constructor(e,t){this.showFrame=
e;let s=()=>{t(Number(this.paceSlider.value)),this.scheduleFrame()};this.paceSlider=u("input",{type:"range",min:1,max:12,
step:1,"aria-label":c("Images per second"),oninput:s}),this.host=u("div",{class:"lp-player",role:"group","aria-label":c(
"Animation")},this.chart.frame,this.frameSlider,u("div",{class:"lp-switches"},this.button,u("label",{},this.paceSlider,this.
paceOutput)))}setFrames(e,t){e!==this.frames&&(this.step=Math.round(this.step*Math.max(1,e-1)/Math.max(1,this.frames-1))),
this.frames=e,this.stride=t,this.step-=this.step%t,this.frameSlider.max=String(Math.max(1,e-1)),this.frameSlider.step=String(
t),this.paintFrame(),this.scheduleFrame()}togglePlaying(){this.isPlaying=!this.isPlaying,this.scheduleFrame()}setSuspended(e){
this.isSuspended=e,this.scheduleFrame()}pauseAt(e){this.step=e,this.isPlaying=!1,this.paintFrame(),this.scheduleFrame()}scheduleFrame(){
if(window.clearTimeout(this.timer),A(this.button,this.isPlaying?c("Pause"):c("Play")),A(this.paceOutput,c("{count} per s\
econd",{count:this.paceSlider.value})),!this.isPlaying||this.isSuspended||this.frames<2)return;let e=1e3*this.stride/(ee*
Number(this.paceSlider.value));this.timer=window.setTimeout(()=>requestAnimationFrame(()=>this.advance()),e)}advance(){!this.
isPlaying||this.isSuspended||this.frames<2||(this.step+=this.stride,this.paintFrame(),this.scheduleFrame())}paintFrame(){
if(this.frames<2)return;let e=Di(this.step,this.frames);this.frameSlider.value=String(e);let t=(1+e/ee).toFixed(this.stride<
ee?2:0),s=1+(this.frames-1)/ee;this.frameSlider.setAttribute("aria-valuetext",c("image {image} of {count}",{image:t,count:s})),
this.showFrame(e)}};var Hi=({slice:r,view:e},t)=>e.toScreen(...r.project(t));function Fr(r,e,t){let[s,n]=t?Hi(r,t):[NaN,NaN];e.hidden=!Number.
isFinite(s+n),e.hidden||(e.style.transform=`translate(${s}px, ${n}px) translate(-50%, -50%)`)}var Bi=class{plane;onDrag;path={
waypoints:[],codes:[],dashed:!1};dotCode=null;dot=u("div",{class:"lp-runner","aria-hidden":"true",hidden:!0});handles;constructor(e,t){
this.plane=e,this.onDrag=t,e.parts.surface.append(this.dot),this.handles=[],e.addOverlay(s=>this.draw(s))}setPath(e,t,s=!1){
for(this.path={waypoints:e,codes:t,dashed:s},t.length||this.moveDot(null);this.handles.length>e.length;)this.handles.pop()?.
remove();for(;this.handles.length<e.length;)this.handles.push(this.makeHandle(this.handles.length));this.plane.redrawOverlays()}moveDot(e){
this.dotCode=e,Fr(this.plane,this.dot,e)}makeHandle(e){let{plane:t}=this,s=u("div",{class:"lp-waypoint","aria-hidden":"t\
rue",onpointermove:n=>n.stopPropagation()},String(e+1));return t.pointer.dragHandlers.set(s,()=>{let{waypoints:n}=this.path,
o=n[e],i=a=>s.isConnected&&this.path.waypoints===n&&this.onDrag(e,a);return{move:(a,l)=>i(t.slice.moveTo(o,...t.view.toPlane(
a,l))),cancel:()=>i(o)}}),t.parts.surface.append(s),s}draw(e){let{waypoints:t,codes:s,dashed:n}=this.path;this.handles.forEach(
(a,l)=>Fr(this.plane,a,t[l])),Fr(this.plane,this.dot,this.dotCode);let o=a=>Hi(this.plane,a),i=s.map(o);n&&i.length&&lm(
e,t.map(o)),i.length&&Number.isFinite(i[0][0])&&ps(e,i,2,ee)}};function mg(r,e){let t=[],s=Be.map(n=>u("div",{class:"lp-group","aria-hidden":"true",hidden:!0},n));return r.parts.surface.
append(...s),r.addOverlay(n=>{let o=e(),i=We(r.header.revision);s.forEach((l,h)=>Fr(r,l,o&&i[Be[h]]?.z||null));let a=o?t.
map(l=>Hi(r,l)):[];a.length&&Number.isFinite(a[0][0])&&ps(n,a,2)}),n=>{t=n,r.redrawOverlays()}}var ut="directions",zi=[-2,-1,0,1,2],R0=[-.5,0,.5,1,1.5],ug=c("Select codes with the lasso and mark them as group A, the\
n others as group B."),O0=c("Select codes with the lasso and mark them as group A, then others as group B. Means of clas\
ses can be chosen too."),N0=c("Measuring what each direction changes …"),F0={images:c("Ordered by the root-mean-square\
 change of the decoded pixels (0 to 1) for one standard deviation of the codes."),rows:c("Ordered by the root-mean-squar\
e change of the decoded features, in standard deviations of each, for one standard deviation of the codes.")},D0=[c("Fro\
m: end of the direction"),c("To: end of the direction")],_0=[c("From"),c("To")],B0=c("How codes move with each known fac\
tor while the others stay fixed; a step is one standard deviation of the codes. R² is that of a linear fit of the factor\
, measured on codes not used for the fit."),dg=r=>v(r).startsWith("−")||!Number(r.toFixed(2))?v(r):`+${v(r)}`,qc=(r,...e)=>u(
"fieldset",{class:"lp-arithmetic"},u("legend",{},r),...e),Gc=class{plane;getMeans;changeDetectors={revision:k(),serverId:k(),
ends:k(),images:k()};showLine;rows={ends:[],principal:[],factors:[]};measureRequests=new ye((e,t)=>e.fetchDirections(t),
e=>this.showMeasured(e),e=>A(this.measuringNote,e.message));imageRequests;chart=new ke(c("Image decoded at z, beside the\
 directions"));image=this.chart.canvas;ends;hosts={ends:u("div",{}),principal:u("div",{class:"lp-directions"}),factors:u(
"div",{class:"lp-directions"})};status=u("p",{role:"status"},ug);measuringNote=u("p",{class:"lp-way",role:"status"});principalNote=u(
"p",{class:"lp-note"});choices;factorsSection=qc(c("Known factors"),u("p",{class:"lp-note"},B0),this.hosts.factors);constructor(e,t){
this.plane=e,this.getMeans=Pi(e),this.showLine=mg(e,()=>this.isOpen),this.imageRequests=new ye((i,a)=>Pe(e,i.flatMap(l=>l.
codesAlong(e.z)),a),({images:i,shape:a},l)=>l.forEach((h,m)=>h.strip.showImages(i.slice(m*zi.length,(m+1)*zi.length),a)),
i=>A(this.status,i.message));let s=()=>this.setEnds({from:this.ends[0].value,to:this.ends[1].value});this.ends=D0.map(i=>u(
"select",{"aria-label":i,onchange:s}));let[n,o]=this.ends.map((i,a)=>u("label",{class:"lp-field"},_0[a],i));this.choices=
u("div",{class:"lp-ends"},n,o),this.factorsSection.hidden=!0,t.append(this.buildBody()),this.addListeners()}buildBody(){
return u("div",{class:"lp-directed"},this.chart.frame,u("div",{},qc(c("From one group to another"),this.choices,this.status,
this.hosts.ends),qc(c("Principal directions"),this.principalNote,this.measuringNote,this.hosts.principal),this.factorsSection))}addListeners(){
let{events:e,urlState:t}=this.plane;for(let s of["data","networks","moment"])e.on(s,()=>this.refresh());e.on("tool",({id:s})=>{
s===ut&&this.refresh()}),e.on("group",()=>{this.plane.tools.openSection(ut),this.setEnds({from:"",to:""})}),e.on("z",({source:s})=>{
this.isOpen&&(s==="python"||s==="link"?this.updateImages():this.onZMoving())}),e.on("commit",()=>{this.isOpen&&this.updateImages()}),
e.on("drawn",()=>{this.isOpen&&gt(this.image,this.plane.panel.image)}),e.on("close",()=>[this.measureRequests,this.imageRequests].
forEach(s=>s.cancel())),t?.addSetting(ut,{toText:()=>Xd(this.markedGroups),restore:s=>{Yd(this.markedGroups,s),this.refresh()}})}get isOpen(){
return this.plane.tools.isOpen(ut)}get markedGroups(){return We(this.plane.header.revision)}refresh(){if(!this.isOpen)return this.
showLine([]);let{decoder:e,header:t}=this.plane;this.chart.setFeatures(t.features??null),A(this.principalNote,F0[t.features?
"rows":"images"]),this.changeDetectors.revision(t.revision)&&this.showMeasured([]),this.changeDetectors.serverId(e.server.
id)&&this.requestDirections(e.server),this.changeDetectors.ends(this.getMeans(),this.markedGroups.from,this.markedGroups.
to)&&this.updateEndsDirection(),this.updateImages(),gt(this.image,this.plane.panel.image)}requestDirections(e){this.measureRequests.
cancel(),e.canRequest("directions")&&(A(this.measuringNote,N0),this.measureRequests.submit(e))}showMeasured(e){A(this.measuringNote,
"");let[t,s]=[!0,!1].map(n=>e.filter(({fit:o})=>o!==null===n));this.factorsSection.hidden=!t.length,this.setRows("princi\
pal",s.map(n=>pg(n,c("{share} of the variance, changes by {change}",{share:Ze(n.share??NaN),change:v(n.change,3)})))),this.
setRows("factors",t.map(n=>pg(n,c("R² {fit}, changes by {change}",{fit:v(n.fit??NaN),change:v(n.change,3)})))),this.updateImages()}updateEndsDirection(){
let e=this.getMeans(),t=[...e].map(([l,{title:h}])=>[l,h]),s=Be.map((l,h)=>e.has(l)?l:t[h]?.[0]??""),n=[this.markedGroups.
from,this.markedGroups.to];this.ends.forEach((l,h)=>Li(l,t,n[h],s[h])),this.choices.hidden=!t.length;let o=this.ends.flatMap(
({value:l})=>e.get(l)??[]),i=o.length===2?sg(o[0].z,o[1].z):null,a=i&&Oc(i)>0?i:null;A(this.status,a?_(c("From the mean \
of one group to that of the other."),Ys(this.plane.header)):this.plane.header.classes.length?O0:ug),this.setRows("ends",
a?[z0(a,o[0],o[1])]:[]),this.showLine(a?o.map(({z:l})=>l):[])}setRows(e,t){let s=this.rows[e],n=new Map(s.map(i=>[i.direction.
name,i])),o=t.map(i=>{let a=n.get(i.name);return n.delete(i.name),a?.showDirection(i)??new Ri(i,this.plane)});this.rows=
{...this.rows,[e]:o},(o.length!==s.length||o.some((i,a)=>i!==s[a]))&&H0(this.hosts[e],o.map(({host:i})=>i))}setEnds(e){Object.
assign(this.markedGroups,e),this.refresh(),this.plane.urlState?.scheduleSend(ut)}get allRows(){return[...this.rows.ends,
...this.rows.principal,...this.rows.factors]}onZMoving(){this.plane.scene.tasks.stop(ut),this.changeDetectors.images(),this.
moveSliders()}moveSliders(){for(let e of this.allRows)e.moveSlider(this.plane.z)}updateImages(){let{decoder:e,header:t,z:s}=this.
plane,n=e.earlierNetworks??e.networks;if(!this.isOpen||!this.changeDetectors.images(s.join(),this.rows,t.y,n,e.server.id))
return;let o=this.allRows;for(let i of o)i.nameImages(s);this.moveSliders(),this.plane.scene.tasks.stop(ut),n?this.plane.
scene.tasks.start(ut,this.decodeRows(n,o)):o.length&&this.imageRequests.submit(o)}*decodeRows(e,t){let{header:s,z:n}=this.
plane;for(let o of t){let i=[];for(let a of o.codesAlong(n))i.push(e.decode(a,s.y??null).slice()),yield;o.strip.showImages(
i,e.image)}}};function H0(r,e){let t=e.findIndex(s=>s.matches(":focus-within, :active"));if(t<0)return r.replaceChildren(
...e);for(let s of Array.from(r.children))s!==e[t]&&s.remove();e[t].before(...e.slice(0,t)),e[t].after(...e.slice(t+1))}
var pg=(r,e)=>({...r,facts:e,places:zi,marks:zi.map(t=>`${dg(t).replace(".00","")} σ`),coordinateText:t=>c("{number} st\
andard deviations",{number:v(t)}),shortText:t=>`${dg(t)} σ`}),z0=(r,e,t)=>({...r,name:c("From {start} to {end}",{start:e.
short,end:t.short}),facts:c("{distance} apart",{distance:v(Oc(r))}),places:R0,marks:["",e.short,"",t.short,""],coordinateText:s=>c(
"{percent} % of the way",{percent:Math.round(100*s)}),shortText:s=>`${Math.round(100*s)} %`.replace("-","−")}),fg={id:ut,
title:c("Directions"),host:"below",Kind:Gc};var Vc=20,U0=90,jc=class{plane;matches=null;timer=0;field=u("input",{type:"search",class:"lp-search",placeholder:c("A pa\
rt of an id, text or file name"),"aria-label":c("Find items"),oninput:()=>this.scheduleSearch(),onkeydown:e=>{e.key==="E\
nter"&&this.search(),e.stopPropagation()}});status=u("p",{class:"lp-note",role:"status"});list=u("div",{class:"lp-found"});selectAll=x(
"",()=>this.selectMatches(),{hidden:!0});loadAgain=x(c("Try again"),()=>this.loadItemsAgain(),{hidden:!0});constructor(e,t){
this.plane=e,t.append(this.field,this.status,this.loadAgain,this.list,this.selectAll),e.events.on("data",()=>this.search()),
e.events.on("classes",()=>this.search()),e.events.on("pictures",()=>this.matches===null&&this.search()),e.events.on("too\
l",({id:s,open:n})=>s==="find"&&n&&this.search()),e.events.on("close",()=>window.clearTimeout(this.timer))}scheduleSearch(){
window.clearTimeout(this.timer),this.timer=window.setTimeout(()=>this.search(),U0)}search(){window.clearTimeout(this.timer);
let{items:e}=this.plane,t=this.field.value.trim();this.matches=t?e.find(t):null;let s=this.matches?this.visibleIndices(this.
matches):[];this.list.replaceChildren(...s.slice(0,Vc).map(n=>this.itemButton(n,t))),this.selectAll.hidden=s.length===0,
this.selectAll.textContent=c("Select all {count}",{count:s.length.toLocaleString("en")}),this.loadAgain.hidden=!e.error,
this.status.textContent=this.statusText(t,s.length)}loadItemsAgain(){this.plane.items.loadAgain(),this.search(),this.field.
focus()}visibleIndices(e){let t=[];for(let s=0;s<e.length;s++)e[s]&&this.plane.isVisible(s)&&t.push(s);return t}statusText(e,t){
let{items:s}=this.plane,n=c("Searched: {columns}.",{columns:s.searchedNames.join(", ")}),o=s.leftOut.length?c("Too large\
 for the page, so neither shown nor searched here: {columns}.",{columns:s.leftOut.join(", ")}):"";if(s.error)return s.error;
if(s.isPending)return c("The ids and texts of the items are on their way …");if(!e)return _(n,o);let i=t.toLocaleString(
"en"),a=t>Vc?c("{count} items contain this; the first {shown}:",{count:i,shown:Vc}):dt("{count} item contains this.","{c\
ount} items contain this.",t,{count:i});return _(a,o)}itemButton(e,t){let{items:s}=this.plane,n=s.idOf(e),[o,i]=s.matchOf(
e,t),a=x("",()=>this.plane.pickCode(e),{title:i});return a.append(u("b",{},n),...i&&i!==n?[` ${o}: ${i}`]:[]),a}selectMatches(){
this.matches&&this.plane.selectCodes(this.matches)}},gg={id:"find",title:c("Find items"),host:"aside",Kind:jc};var Ui={original:null,reconstruction:null,dOfZ:NaN,serverError:""},qi=class{plane;onChange;codeKey;requestKey;receivedData={
...Ui};rowChanged=k();rowCanvas=null;constructor(e,t){this.plane=e,this.onChange=t,this.codeKey=this.requestKey=""}lookUp(e){
let{sprites:t,decoder:s,header:n,fields:o,pastFrame:i}=this.plane,{server:a}=s,l=`${n.revision} ${e}`;l!==this.codeKey&&
(this.codeKey=l,this.requestKey="",this.receivedData={...Ui});let h=`${l} ${a.id}${i?" of the past":""}`,m=h!==this.requestKey&&
!!o.z;m&&(this.requestKey=h),m&&t.fetchSheet();let d=!!n.features;m&&a.canRequest("image")&&(d||!t.sheetInfo?.is_full_size)&&
a.fetchImage(e,g=>this.receiveOriginal(g,h)),m&&a.canRequest("decode")&&!s.networks&&!i&&this.requestReconstruction(e,h);
let p=!d&&t.isFullSize&&t.kind==="originals"?t.thumbnail(e):this.receivedData.original;if(i)return{...Ui,original:p};if(!s.
networks)return{...this.receivedData,original:p};let f=d?this.decodeRow(e,s.networks):t.reconstruction(e);return{...Ui,original:p,
reconstruction:f,dOfZ:s.networks.discriminate(this.plane.codeOf(e)??[])}}decodeRow(e,t){let s=this.plane.codeOf(e);if(!s)
return null;if(!this.rowChanged(e,t,s.join()))return this.rowCanvas;let n=this.rowCanvas=u("canvas",{});return W(n,t.decode(
s,t.contentSize?Math.max(0,this.plane.codes.content?.[e]??0):null),t.image),n}receive(e,t){t===this.requestKey&&(Object.
assign(this.receivedData,e),this.onChange())}receiveOriginal(e,t){let s=u("canvas",{width:e.width,height:e.height});P(s).
drawImage(e,0,0);let n=[1,s.height,s.width];ft(n)&&W(s,or(s,n),n),this.receive({original:s},t)}requestReconstruction(e,t){
let{header:s,codes:n}=this.plane,o=this.plane.codeOf(e)??[],i=s.contents?.length?[Math.max(0,n.content?.[e]??0)]:null;Pe(
this.plane,[o],void 0,i).then(({images:[a],shape:l,dOfZ:h})=>{let m=u("canvas",{});W(m,a,l),this.receive({reconstruction:m,
dOfZ:h,serverError:""},t)},a=>this.receive({serverError:a.message},t))}};var q0=c("Click a code on the plane, or press Enter for the one nearest to z."),G0=c("The reconstruction, D(z) and the n\
earest codes belong to the latest step, so they are left out while an earlier one is shown."),V0=c("Error map: orange wh\
ere the reconstruction is too dark, blue where it is too bright."),j0=c("In the list, rings show the original and bars t\
he reconstruction; in the error, bars go up where it is too low.");function W0(r,e,[t,s,n]){let o=new ImageData(n,s),i=s*
n;for(let a=0;a<i;a++){let[l,h]=[0,0];for(let p=0;p<t;p++){let f=r[p*i+a]-e[p*i+a];l+=f,h+=Math.abs(f)}let m=l>0?qe.code:
qe.prior,d=Math.min(1,h/t);o.data.set([...m.map(p=>128+(p-128)*d),255],4*a)}return o}var Wc=class{plane;selectedCode;hasContentChanged=k();images=u(
"div",{});factsHost=u("div",{"aria-live":"polite"});neighboursHost=u("div",{});constructor(e,t){this.plane=e,this.selectedCode=
new qi(e,()=>this.showSelected()),t.append(this.images,this.factsHost,this.neighboursHost);for(let s of["pick","data","n\
etworks","pictures","moment"])e.events.on(s,()=>this.showSelected());e.events.on("pick",({index:s,source:n})=>s>=0&&n!==
"python"&&e.tools.openSection("inspect")),e.events.on("tool",({id:s,open:n})=>s==="inspect"&&n&&this.showSelected())}showSelected(){
let{plane:e}=this;if(!e.tools.isOpen("inspect"))return;let{picked:t,codes:s,fields:n,header:o,decoder:i,sprites:a}=e,l=t>=
0&&2*t<s.xy.length,h=l?this.selectedCode.lookUp(t):null,m=[t,l,n.z,s.labels,o.classes.join(),i.networks,a.arrivalCount,!!e.
pastFrame,l?e.codeText(t):"",l?e.items.idOf(t):""];if(!this.hasContentChanged(...m,o.revision,...Object.values(this.selectedCode.
receivedData)))return;this.images.replaceChildren(...h?[this.figuresElement(h)]:[]);let d=h?this.factsList(t,h):u("p",{},
q0);d.textContent!==this.factsHost.textContent&&this.factsHost.replaceChildren(d),we(this.neighboursHost,"button",()=>this.
neighboursHost.replaceChildren(...h?[this.neighbourElements(t)]:[]))}figuresElement({original:e,reconstruction:t}){let s=e&&
t?this.differenceCanvas(e,t):null,n=[[e,c("original")],[t,c("reconstruction")],[s,c("error map")]],{features:o}=this.plane.
header,i=n.flatMap(([l,h])=>l?[ki(l,h)]:[]),a=s?[u("p",{class:"lp-note"},o?j0:V0)]:[];return u("div",{},u("div",{class:"\
lp-figures"},...i),...a,...o?this.featureCharts(o,e,t):[])}differenceCanvas(e,t){let{shape:s}=this.plane.fields.image,n=[
s[2],s[0],s[1]],[o,i]=[Ht.get(e),Ht.get(t)];return o&&i?pe(de(o.map((a,l)=>Zh+a-i[l]),n)):pe(W0(or(e,n),or(t,n),n))}featureCharts(e,t,s){
let[n,o]=[t&&Ht.get(t),s&&Ht.get(s)];if(!n&&!o)return[];let i=new ke(o?c("reconstruction"):c("original"));return i.setFeatures(
e),i.showValues(o??n,o&&n?n:null),[i.host]}factsList(e,{dOfZ:t,serverError:s}){let n=[[c("Code"),`${e}, ${this.plane.codeName(
e)}`],["z",this.plane.codeText(e)]];return n.push(...this.plane.items.rowOf(e)),Number.isNaN(t)||n.push(["D(z)",v(t)]),s&&
n.push([c("Reconstruction"),s]),zr(n)}neighbourElements(e){let{fields:t,header:s,pastFrame:n}=this.plane;return n?u("p",
{class:"lp-note"},G0):t.z?Ei(this.plane,Ci(t.z.values,s.dim,this.plane.codeOf(e)??[],e)):""}},bg={id:"inspect",title:c("\
Selected image"),titleFor:({features:r})=>!!r&&c("Selected row"),host:"aside",Kind:Wc};var Dr=["A","B","C"],yg=c("the sum"),K0=["","−","+","="],$0=150,X0=c("These codes have no classes, so there are no mea\
ns to add and subtract: select codes with the lasso and mark them as group A or B."),Gi=class{plane;tool;termSelects=Dr.
map(e=>u("select",{"aria-label":e,onchange:()=>this.updateSum()}));canvases=[...Dr,yg].map(e=>u("canvas",{role:"img","ar\
ia-label":c("{name}, decoded",{name:e})}));status=u("p",{class:"lp-note",role:"status"});addButtons;moveButton;row;noMeansNote=u(
"p",{},X0);host;codes=[];getMeans;haveMeansChanged=k();timer=0;decodeRequests;constructor(e){let{plane:t}=e;this.plane=t,
this.tool=e,this.addButtons=this.canvases.map((n,o)=>{let i=c("Add to path: {name}",{name:Dr[o]??yg});return x(c("Add to\
 path"),()=>e.addWaypoint(this.codes[o]),{"aria-label":i,title:i})});let s=this.canvases.map((n,o)=>u("div",{class:"lp-t\
erm"},u("span",{class:"lp-sign","aria-hidden":"true"},K0[o]),u("figure",{},n,this.termSelects[o]??u("span",{},"A − B + C"),
this.addButtons[o])));this.moveButton=x(c("Move z to the sum"),()=>t.moveZTo(this.codes[Dr.length])),this.row=u("div",{},
u("div",{class:"lp-figures lp-sum"},...s),this.status,this.moveButton),this.host=u("fieldset",{class:"lp-arithmetic"},u(
"legend",{},c("Arithmetic with codes: A − B + C")),this.row,this.noMeansNote),this.getMeans=Pi(t),this.decodeRequests=
new ye((n,o)=>Pe(t,n,o),n=>this.showImages(n),n=>A(this.status,n.message));for(let n of["z","pick"])t.events.on(n,()=>this.
scheduleSum());t.events.on("group",()=>{e.isOpen&&this.refresh()})}close(){window.clearTimeout(this.timer),this.decodeRequests.
cancel()}scheduleSum(){window.clearTimeout(this.timer);let e=this.termSelects.some(({value:t})=>Number.isNaN(Number(t)));
this.tool.isOpen&&e&&(this.timer=window.setTimeout(()=>this.updateSum(),$0))}refresh(){this.haveMeansChanged(this.getMeans())&&
this.updateMeanOptions(),this.updateSum()}updateMeanOptions(){let e=[...this.getMeans()].map(([t,{title:s}])=>[t,s]);this.
row.hidden=!e.length,this.noMeansNote.hidden=!!e.length,this.termSelects.forEach((t,s)=>Li(t,[...e,["z",c("the current z")],
["code",c("the selected code")]],t.value,e[s]?.[0]??"z"))}termCode(e){let{fields:t,header:s,picked:n,z:o}=this.plane;return e!==
"code"?[this.getMeans().get(e)?.z??o]:n<0||!t.z?[]:[Float32Array.from(t.z.values.subarray(n*s.dim,(n+1)*s.dim))]}updateSum(){
if(this.row.hidden)return;let e=this.termSelects.flatMap(({value:h})=>this.termCode(h)),t=e.length===Dr.length;for(let h of[
...this.addButtons,this.moveButton])h.disabled=!t;if(!t)return A(this.status,c("No code is selected; click one on the pl\
ane."));let[s,n,o]=e,i=tg(s,n,o);this.codes=[...e,i];let a=K(i,6),l=this.plane.prior.isTypical(i)===!1?c("A − B + C is z\
 = {z}, outside 99 % of the prior.",{z:a}):c("A − B + C is z = {z}.",{z:a});A(this.status,_(l,Ys(this.plane.header))),
this.decodeRequests.submit(this.codes)}showImages({images:e,shape:t}){e.forEach((s,n)=>W(this.canvases[n],s,t))}};var Vi=class{kindSelect;kindNote=u("p",{class:"lp-note"});countSlider;countOutput=u("output",{});itemsLabel=u("span",{},
c("Images"));addButton;randomButton;host;constructor(e){this.kindSelect=u("select",{"aria-label":c("Kind of path"),onchange:()=>e.
changeRoute(()=>e.route.kind=this.kindSelect.value)},...Object.entries(Uc).map(([t,{title:s}])=>u("option",{value:t},s))),
this.countSlider=u("input",{type:"range",min:zc[0],max:zc[1],step:1,"aria-label":c("Number of images"),oninput:()=>e.changeRoute(
()=>e.route.count=Number(this.countSlider.value))}),this.addButton=x(c("Add a waypoint here (W)"),()=>e.addWaypoint(e.plane.
z)),this.randomButton=x(c("Two random samples of the prior"),()=>e.setRandomWaypoints()),this.host=u("div",{class:"lp-pa\
th-made"},u("div",{class:"lp-switches"},this.addButton,this.randomButton,x(c("Clear"),()=>e.changeRoute(()=>e.route.waypoints=
[]))),e.waypoints.host,u("label",{class:"lp-field"},c("Path"),this.kindSelect),this.kindNote,u("label",{class:"lp-field"},
this.itemsLabel,this.countSlider,this.countOutput))}showRoute({kind:e,count:t}){this.kindSelect.value=e,this.kindNote.textContent=
Uc[e].note,this.countSlider.value=String(t),this.countOutput.textContent=String(t)}};var ji=({data:r})=>new Uint32Array(r.buffer,r.byteOffset,r.length/4),_r=class{indexByColour=new Map;indexPixels(e){let{indexByColour:t}=this,
s=new Uint8Array(e.length),[n,o]=[-1,0];for(let i=0;i<e.length;i++){let a=e[i]&16777215;if(a!==n){n=a;let l=t.get(a);if(l===
void 0&&t.size===256)return null;o=l??t.size,l===void 0&&t.set(a,o)}s[i]=o}return s}get palette(){return Uint8Array.from(
[...this.indexByColour.keys()].flatMap(e=>[e&255,e>>>8&255,e>>>16]))}};function wg(r){let e=new _r,t=e.indexPixels(r);if(t)
return{palette:e.palette,numbers:t};let s=new Map;for(let f of r)s.set(f&16777215,(s.get(f&16777215)??0)+1);let n=Uint32Array.
from(s.keys()),o=Float64Array.from(s.values()),i=[0,8,16].map(f=>Uint8Array.from(n,g=>g>>>f&255)),a=[Kc(Uint32Array.from(
n.keys()),i,o)];for(;a.length<256;){let f=a.reduce((M,T,L)=>T.error>a[M].error?L:M,0),{members:g,axis:b,mean:y}=a[f],[w,
S]=[!0,!1].map(M=>g.filter(T=>i[b][T]<=y[b]===M));a.splice(f,1,Kc(w,i,o),Kc(S,i,o))}let l=Uint8Array.from(a.flatMap(({mean:f})=>f.
map(Math.round))),[h,m,d]=i,p=new Map;return n.forEach((f,g)=>p.set(f,Y0(l,h[g],m[g],d[g]))),{palette:l,numbers:Uint8Array.
from(r,f=>p.get(f&16777215))}}function Kc(r,e,t){let s=r.reduce((i,a)=>i+t[a],0),n=e.map(i=>{let[a,l]=[0,0];for(let h of r)
a+=t[h]*i[h],l+=t[h]*i[h]**2;return{mean:a/s,error:l-a*a/s}}),o=n.reduce((i,{error:a},l)=>a>n[i].error?l:i,0);return{members:r,
axis:o,error:r.length<2?0:n.reduce((i,{error:a})=>i+a,0),mean:n.map(({mean:i})=>i)}}function Y0(r,e,t,s){let[n,o]=[0,1/0];
for(let i=0;i<r.length;i+=3){let a=(r[i]-e)**2+(r[i+1]-t)**2+(r[i+2]-s)**2;a<o&&([n,o]=[i/3,a])}return n}var Z0=224;function J0(r,e,t){let s=e*t,n=new Uint8Array(r.length*t*t);for(let o=0,i=0;o<r.length;o+=e,i+=t*s){for(let a=0;a<
e;a++)n.fill(r[o+a],i+a*t,i+(a+1)*t);for(let a=1;a<t;a++)n.copyWithin(i+a*s,i,i+s)}return n}async function vg(r,e,t){let s=ce(
t),{width:n,height:o}=r[0],i=Math.max(1,Math.floor(Z0/n)),a=new _r,l=[...new Set(r)].every(d=>a.indexPixels(ji(d))),h=ve(
d=>{let p=l?null:wg(ji(d)),f=p?.numbers??a.indexPixels(ji(d));return{numbers:J0(f,n,i),palette:p?.palette}}),m=new zs(i*
n,i*o,e,l?a.palette:null);for(let d of r){let{numbers:p,palette:f}=h(d);m.addFrame(p,f),await s()}return m.toBlob()}var xg=16;function Sg(r){let{plane:e}=r,t=u("span",{role:"status"}),s=m=>t.textContent=m,n=()=>{let{codes:m,route:d}=r,{
header:p,decoder:{networks:f,server:g}}=e,b=f?.batchSizeFor(xg)??xg;return ct(i,s,c("Drawing the animation"),"path.gif",
async y=>{let w=ce(y),S=[];for(let T=0;T<m.length;T+=b){let L=await Pe({header:p,decoder:{networks:f,server:g}},m.slice(
T,T+b),y);S.push(...L.images.map(N=>de(N,L.shape))),await w()}let M=Array.from({length:2*m.length-2},(T,L)=>S[Di(L,m.length)]);
return vg(M,1e3/(ee*d.pace),y)})},o=()=>{let{animation:m,plane:{header:d}}=r,p=d.contents_in_files?.[d.y??-1]??"",f=m.codes===
r.codes?d.features:null;return jo(r.stripCodes().map((g,b)=>({number:b,name:p,z:g,decoded:m.images[b]})),d.dim,f)},i=x(c(
"Save animation (GIF)"),n),a=()=>Vo(r.strip.toCanvas()),l=()=>ct(h,s,c("Drawing the strip"),"path.png",a),h=x(c("Save st\
rip (PNG)"),l);return u("div",{class:"lp-switches",role:"group","aria-label":c("Files of the path")},i,h,x(c("Save codes\
 (CSV)"),()=>kr(o(),"path.csv")),t)}var Js=36,Ag=Js/3,$c=2*Js,Tg=6,Cg=4,Q0=.002,eT=.001,Xc=r=>r.slice(1).map((e,t)=>Ue(e,r[t])),Br=r=>r.reduce((e,t)=>e+t,0);
function Eg(r,e){let[t,s]=[Lg(tT(r,e)),r[0].pointAt].map(n=>Bc(o=>n(o/$c),e(Wi(n,$c))));return Number.isFinite(t.length+
s.length)?{...t.length<s.length?t:s,direct:s.length}:r[0]}var kg=(r,e)=>t=>r.decodeMany(t,e===null?null:new Array(t.length).
fill(e)),Pg=(r,e)=>(Tg*(2*Ag+Js)*(r+Cg)+2*(Js+$c))*e,Lg=r=>e=>_c(r)(e*(r.length-1)),Wi=(r,e)=>Array.from({length:e+1},(t,s)=>r(
s/e));function tT(r,e){let t=r.map(({pointAt:o})=>Lg(Mg(Wi(o,Ag),e))),s=t.map(o=>Br(Xc(e(Wi(o,Js))).map(Math.sqrt))),n=s.
reduce((o,i,a)=>i<s[o]?a:o,0);return Mg(Wi(t[n],Js),e)}function Mg(r,e){let t=r,s=e(t),n=Br(Xc(s)),o=eT*Br(t.slice(1).map(
(a,l)=>Math.sqrt(Ue(a,t[l])))),i=.001;for(let a=0;a<Tg&&n>0&&o>0;a++){let l=sT(t,s,e,o),h=n;for(let m=0;m<Cg&&n===h;m++){
let d=rT(l,i),p=t.map((b,y)=>y===0||y===t.length-1?b:b.map((w,S)=>w+d[(y-1)*b.length+S])),f=e(p),g=Br(Xc(f));g<n?[t,s,n,
i]=[p,f,g,i/4]:i*=16}if(!(h-n>Q0*h))break}return t}function sT(r,e,t,s){let[n,o]=[r.length-2,r[0].length],i=r.slice(1,-1).
flatMap(d=>d.map((p,f)=>d.map((g,b)=>g+(b===f?s:0)))),a=t(i).map((d,p)=>d.map((f,g)=>(f-e[1+Math.floor(p/o)][g])/s)),l=2*
o-1,h=a.map(()=>new Float64Array(l+1)),m=new Float64Array(n*o);return a.forEach((d,p)=>{let f=1+Math.floor(p/o);for(let g=0;g<
d.length;g++)m[p]+=d[g]*(e[f+1][g]-2*e[f][g]+e[f-1][g]);for(let g=Math.max(0,o*(f-2));g<=p;g++){let b=Math.floor(g/o)===
f-1,y=0;for(let w=0;w<d.length;w++)y+=d[w]*a[g][w];h[p][g-p+l]=b?2*y:-y}}),{rows:h,right:m,bandwidth:l}}function rT({rows:r,
right:e,bandwidth:t},s){let n=s*Br(r.map(a=>a[t]))/r.length+Number.MIN_VALUE,o=r.map(a=>a.slice()),i=e.slice();for(let a=0;a<
r.length;a++){for(let l=Math.max(0,a-t);l<=a;l++){let h=o[a][l-a+t]+(a===l?n:0);for(let m=Math.max(0,a-t);m<l;m++)h-=o[a][m-
a+t]*o[l][m-l+t];o[a][l-a+t]=a===l?Math.sqrt(Math.max(h,n)):h/o[l][t]}for(let l=Math.max(0,a-t);l<a;l++)i[a]-=o[a][l-a+t]*
i[l];i[a]/=o[a][t]}for(let a=r.length-1;a>=0;a--){for(let l=a+1;l<=Math.min(r.length-1,a+t);l++)i[a]-=o[l][a-l+t]*i[l];i[a]/=
o[a][t]}return i}var Yc=5,nT=200,oT=8e3;function Ki(r,e,t,s){let n=Me(r,r.length/e),o=Array.from(n.keys()).filter(l=>n[l].every(Number.isFinite));
t&&o.length>s&&o.sort((l,h)=>t[l]-t[h]);let i=Math.min(s,o.length),a=Array.from({length:i},(l,h)=>n[o[Math.floor((h+.5)*
o.length/i)]]);return Float32Array.from(a.flatMap(l=>Array.from(l)))}var $i=class{codes;dim;squares;typicalDistance;constructor(e,t,s){
let n=Ki(e,t,s,oT);this.codes=Float64Array.from(n),this.dim=t,this.squares=new Float64Array(n.length/t);let o=Ki(n,t,null,
nT),i=Me(o,o.length/t).map(a=>this.distanceToRank(a,Yc+1));this.typicalDistance=this.squares.length>Yc?i.sort((a,l)=>a-l)[i.
length>>1]:NaN}distanceToRank(e,t){let s=pt(this.codes,this.dim,e,this.squares),n=Je(s,t);return Math.sqrt(s[n[n.length-
1]])}nearnessAt(e){if(Number.isNaN(this.typicalDistance))return NaN;let t=this.distanceToRank(e,Yc);return t>0?Math.min(
1,this.typicalDistance/t):1}};var iT=new Float32Array(0),aT=6e9,lT=64;function Ig(r){let e=O((...[a,l,h])=>new Oi(Ki(a,l,h,rg(l)),l)),t=O((...[a,l,h])=>new $i(
a,l,h)),s=a=>a(r.fields.z?.values??iT,r.header.dim,r.codes.labels),n=O((a,l)=>{let h=new Map;return(m,d)=>{let p=`${Array.
from(m)};${Array.from(d)}`;!h.has(p)&&h.size>=lT&&h.clear();let f=h.get(p)??Eg([Or(m,d),Nr(Ni(l.cheapestPath(m,d)))],a);
return h.set(p,f),f}}),o=O(kg);return{graph:()=>s(e),nearnessAt:a=>s(t).nearnessAt(a),geodesic:()=>{let{decoder:{networks:a},
header:l}=r;return!a||Pg(l.dim,a.decoder.multiplications)>aT?null:n(o(a,l.y??null),s(e))}}}var Xi=class{tool;host=u("ol",{class:"lp-waypoints","aria-label":c("Waypoints")});rows=[];constructor(e){this.tool=e}showWaypoints(e){
for(;this.rows.length>e.length;)this.removeLastRow();for(;this.rows.length<e.length;)this.addRow(this.rows.length);this.
rows.forEach(({text:t},s)=>t.textContent=K(e[s],3))}showImages(e,t){e.forEach((s,n)=>{this.rows[n]&&W(this.rows[n].canvas,
s,t)})}addRow(e){let t=e+1,s=u("canvas",{role:"img","aria-label":c("Waypoint {number}, decoded",{number:t})}),n=u("span",
{}),o=He("↑",c("Waypoint {number}: move one earlier",{number:t}),()=>this.moveEarlier(e)),i=c("Waypoint {number}: move\
 here, to z",{number:t}),a=x(c("Move here"),()=>this.tool.changeRoute(()=>this.tool.route.waypoints[e]=this.tool.plane.z.
slice()),{"aria-label":i,title:i}),l=He("✕",c("Waypoint {number}: remove it",{number:t}),()=>this.tool.changeRoute(()=>this.
tool.route.waypoints.splice(e,1)));o.disabled=e===0;let h=u("li",{},u("b",{},String(e+1)),s,n,o,a,l);this.host.append(h),
this.rows.push({row:h,canvas:s,text:n,upButton:o,moveButton:a,removeButton:l})}removeLastRow(){let e=this.rows.pop(),t=e?.
row.matches(":focus-within");e?.row.remove(),t&&(this.rows[this.rows.length-1]?.removeButton??this.tool.controls.addButton).
focus()}moveEarlier(e){let{waypoints:t}=this.tool.route;this.tool.changeRoute(()=>[t[e-1],t[e]]=[t[e],t[e-1]]);let{upButton:s,
moveButton:n}=this.rows[e-1];(e>1?s:n).focus()}};var Dt="path",cT=c("The path is straight, because the decoder does not run in the page, is too large there for a geodesi\
c, or returns no finite values on the way."),hT=c("This plane cannot show it, since its places are no codes."),Rg=c("Pla\
ce two or more waypoints on the plane: press W there, or use the buttons.");function mT(r,e){if(!r.every(o=>"direct"in o))
return cT;let[t,s]=[r.map(({length:o})=>o),r.map(o=>Number(o.direct))].map(o=>o.reduce((i,a)=>i+a,0)),n={curved:le(t,3),
direct:le(s,3)};return e?c("Along it the decoded rows change by {curved}, on the straight line by {direct} (Σ ‖x̂ₖ₊₁ − x\
̂ₖ‖, levels in 0–1).",n):c("Along it the decoded images change by {curved}, on the straight line by {direct} (Σ ‖\
x̂ₖ₊₁ − x̂ₖ‖, pixels in 0–1).",n)}var Zc=class{plane;route=Fi("");codes=[];animation={codes:[],images:[],
shape:[1,1,1]};geometry;haveInputsChanged=k();updatePathNextFrame=ae(()=>this.updatePath());decodeRequests;marks;waypoints;controls;strip;player;arithmetic;status;decodeNote;barsNote;pathSection;constructor(e,t){
this.plane=e,this.geometry=Ig(e),this.decodeRequests=new ye(({waypoints:n,stripCodes:o},i)=>Pe(e,[...n,...o],i),(n,o)=>this.
showImages(n,o),n=>this.decodeNote.textContent=n.message),this.marks=new Bi(e,(n,o)=>this.changeRoute(()=>this.route.waypoints[n]=
o)),this.waypoints=new Xi(this),this.controls=new Vi(this),this.strip=new Zs(n=>this.goToImage(n)),this.player=new _i(n=>this.
showFrame(n),n=>this.route.pace=n),this.arithmetic=new Gi(this),this.status=u("p",{role:"status"},Rg),this.decodeNote=u(
"p",{class:"lp-way",role:"status"}),this.barsNote=u("p",{class:"lp-note"},Fc),this.pathSection=u("div",{hidden:!0},this.
strip.host,this.barsNote,Sg(this));let s=u("div",{class:"lp-path"},this.controls.host,this.player.host);t.append(s,this.
status,this.decodeNote,this.pathSection,this.arithmetic.host),this.addListeners()}addListeners(){let{events:e}=this.plane;
e.on("data",()=>{let{features:t}=this.plane.header;this.player.chart.setFeatures(t??null),A(this.barsNote,G(Fc,!!t)),A(this.
controls.itemsLabel,G(c("Images"),!!t)),this.refresh()}),e.on("networks",()=>this.refresh()),e.on("drag",({on:t})=>this.
player.setSuspended(t||!this.isOpen)),e.on("tool",({id:t})=>{t===Dt&&this.refresh()}),e.on("key",({id:t})=>{t===Dt&&this.
plane.tools.openSection(Dt)&&this.addWaypoint(this.plane.z)}),e.on("close",()=>this.onSectionClose()),this.plane.urlState?.
addSetting(Dt,{toText:()=>this.plane.tools.isOpen(Dt)?cg(this.route):"",restore:t=>{hg(Fi(this.plane.header.revision),t),
this.haveInputsChanged(),this.refresh()}})}get isOpen(){return this.plane.tools.isOpen(Dt)}onSectionClose(){this.player.
setSuspended(!0),this.arithmetic.close(),this.decodeRequests.cancel(),this.updatePathNextFrame.close()}refresh(){let{plane:e}=this,
t=Fi(e.header.revision);if(t!==this.route&&(this.player.paceSlider.value=String(t.pace)),this.route=t,this.player.setSuspended(
!this.isOpen||e.dragging),this.controls.randomButton.hidden=!e.header.prior,!this.isOpen)return this.marks.setPath([],[]);
this.arithmetic.refresh(),this.haveInputsChanged(t,e.fields.z,e.slice,e.header.y,e.decoder.networks)?this.updatePath():this.
marks.setPath(t.waypoints,this.codes,t.kind==="geodesic")}changeRoute(e){e(),this.updatePathNextFrame(),this.plane.urlState?.
scheduleSend(Dt)}addWaypoint(e){this.route.waypoints.length>=Hc?this.status.textContent=c("A path has at most {count} wa\
ypoints; remove one first.",{count:Hc}):this.changeRoute(()=>this.route.waypoints.push(Float32Array.from(e)))}setRandomWaypoints(){
let{prior:e,dim:t}=this.plane.header;if(!e)return;let s=()=>Lt(e,t,Math.random,this.plane.prior.samples);this.changeRoute(
()=>this.route.waypoints=[s(),s()])}goToImage(e){this.player.pauseAt(e*ee),this.plane.moveZTo(this.codes[e*ee])}updatePath(){
let{route:e}=this,t=e.waypoints.length>1,s=(e.count-1)*ee+1,n=t?lg(e,this.geometry):[];this.codes=t?Me(ag(n,s),s):[],this.
controls.showRoute(e),this.waypoints.showWaypoints(e.waypoints),this.pathSection.hidden=this.player.host.hidden=!t;let o=this.
stripCodes(),i=o.map(a=>this.geometry.nearnessAt(a));this.strip.showCodes(o,i),this.marks.setPath(e.waypoints,this.codes,
e.kind==="geodesic"),this.writeStatus(i,t&&e.kind==="geodesic"?mT(n,!!this.plane.header.features):""),this.requestImages()}stripCodes(){
return this.codes.filter((e,t)=>t%ee===0)}writeStatus(e,t){let{waypoints:s}=this.route,n=e.filter(d=>d<Nc).length,{header:o,
slice:i}=this.plane,a=!!o.features;if(!e.length){A(this.status,Rg);return}let l={waypoints:s.length,images:e.length,empty:n},
h=n?c("A path through {waypoints} waypoints, {images} images; {empty} of them in empty space.",l):c("A path through {way\
points} waypoints, {images} images; none of them in empty space.",l),m=_(Ys(o),i.decodable?"":hT);A(this.status,_(G(h,a),
t,m))}requestImages(){let{waypoints:e}=this.route,t=!!this.plane.decoder.networks;this.decodeNote.textContent=t||!e.length?
"":c("The server is decoding the images …"),this.decodeRequests.submit({waypoints:[...e],codes:this.codes,stripCodes:this.
stripCodes(),stride:t?1:ee})}showImages({images:e,shape:t},{waypoints:s,codes:n,stride:o}){let{route:i}=this;n.length!==
this.codes.length||s.length!==i.waypoints.length||(n===this.codes&&(this.decodeNote.textContent=""),this.animation={codes:n,
images:e.slice(s.length),shape:t},this.waypoints.showImages(e.slice(0,s.length),t),this.strip.showImages(this.animation.
images,t),this.player.setFrames(n.length,o))}showFrame(e){let{networks:t}=this.plane.decoder,{codes:s,images:n,shape:o}=this.
animation,i=s[e];W(this.player.image,t?t.decode(i,this.plane.header.y??null):n[Math.floor(e/ee)],o),this.marks.moveDot(i),
this.strip.markImage(Math.floor(e/ee))}},Og={id:Dt,title:c("Paths and arithmetic"),host:"below",Kind:Zc};var Ng=[gg,bg,eg,Og,fg],Yi=class{sections=new Map;constructor(e){for(let{id:t,title:s,host:n,Kind:o}of Ng){let i=u("div",
{class:"lp-tool-body"}),a=u("details",{class:"lp-tool","data-tool":t,hidden:!0,ontoggle:()=>{e.events.emit("tool",{id:t,
open:a.open}),a.open&&a.querySelector("summary:focus")&&a.scrollIntoView({block:"nearest"})}},u("summary",{},s),i);this.
sections.set(t,a),e.parts[n].append(a),new o(e,i)}}showTools(e){for(let{id:t,title:s,titleFor:n}of Ng){let o=this.sections.
get(t);o.hidden=!e.tools?.includes(t),A(me(o,"summary"),n?.(e)||s)}}isAvailable(e){return this.sections.get(e)?.hidden===
!1}isOpen(e){let t=this.sections.get(e);return!!(t&&!t.hidden&&t.open)}openSection(e){let t=this.sections.get(e);return!t||
t.hidden?null:(t.open=!0,t)}openAndFocus(e){let t=this.openSection(e);t?.scrollIntoView({block:"nearest"}),t?.querySelector(
"summary")?.focus()}};var Jc=class extends xi{pointer;keyboard;urlState;tools;colours;pastView;paintingLayer;constructor(e){super(),this.pointer=
new Mi(this),this.keyboard=new Ai(this),this.urlState=new Si(this),this.tools=new Yi(this),this.colours=new Ti(this),Zd(
this),tp(this),new Ao(this),this.pastView=new Go(this),new Bo(this),this.paintingLayer=new Do(this),new Io(this,new Jo(this,
this.pastView)),np(this),Fh(this),e.append(this.parts.root)}update(e){let{header:t,fields:s}=this.colours.colourMessage(
e),n=this.header,o=Ae(this.parts.root);if(this.ready&&JSON.stringify(o)===JSON.stringify(this.theme)&&jf({header:n,fields:this.
fields},{header:t,fields:s})){this.header=t,this.settings.layerEchoes.isNewValue(JSON.stringify(t.layers)),this.fields={
...this.fields,image:s.image};let d=this.acceptCode(t,!1);return this.decoder.load(t,s),t.dim>2&&this.scene.startTasks(),
this.emitChanges(d),this.events.emit("data",{isOtherRevision:!1})}let a=!this.ready||n.revision!==t.revision,l=a||JSON.stringify(
[n.axes,n.pca])!==JSON.stringify([t.axes,t.pca]);this.ready=!0,this.header=t,this.fields=s,this.theme=o,this.slice=no(t),
this.prior=new at(t,s),this.settings=Vf(t.revision,t),(this.settings.layerEchoes.isNewValue(JSON.stringify(t.layers))||a)&&
Object.assign(this.settings.layers,t.layers),!a&&JSON.stringify([n.classes,n.groups?.sha])!==JSON.stringify([t.classes,t.
groups?.sha])&&this.forgetGroupNumbers(),this.view.setHome(t.extent,t.centre),l&&this.view.goHome(),a&&t.view&&this.view.
showBox(t.view),a&&this.dropRevision();let m=this.acceptCode(t,a);this.placeCodes(t,s),this.sprites.load(t.sprites,t.server),
this.items.load(t.items),s.image&&Yr(this.parts.root,s.image.shape),this.decoder.load(t,s),this.selection.clearIfCountDiffers(
this.codes.xy.length/2),this.setNote("data",""),this.setNote("sampled",Bf(t.sampled)),this.panel.chart.setFeatures(t.features??
null),this.panel.sliders.buildSliders(this.prior,t.ranges),this.tools.showTools(t),this.showContent(),this.emitChanges(m),
this.events.emit("data",{isOtherRevision:a})}recolour({header:e,fields:t}){this.sendPending(),this.header=e,this.fields=
t,this.forgetGroupNumbers(),this.colourCodes(e,t),this.showContent(),this.refresh(),this.events.emit("data",{isOtherRevision:!1})}forgetGroupNumbers(){
this.settings.hidden.clear(),$d(We(this.header.revision)),this.urlState.scheduleSend("directions")}showContent(){this.scene.
updateLayers(),wr(this),this.selection.dropHidden()&&this.onSelectionChanged(),this.updateSwitches(),this.redrawOverlays()}returnToDragStart(){
this.setZ(this.pointer.dragStart.z,"link")}applyMissedMessage(){this.ready&&this.missedMessage&&this.emitChanges(this.acceptCode(
this.header,!1))}dropRevision(){window.clearTimeout(this.settleTimer),this.settleTimer=0,this.hovered=-1,this.selection.
setMask(null),this.scene.dropComputed()}emitChanges({z:e,picked:t}){this.refresh(),e&&this.events.emit("z",{source:"pyth\
on"}),t&&this.events.emit("pick",{index:this.picked,source:"python"})}},Fg=U(Jc);var Dg=256;function _g(r,e,t,s){let[n,o]=[e,t].map(i=>i.map(a=>Array.from(a).join()));return r.flatMap((i,a)=>i.map((l,h)=>({
cell:l,key:`${s} ${n[a]} ${o[h]}`,z:e[a],y:t[h]})))}var Zi=class{onStale;isRequesting=!1;error;failedRequest;constructor(e){
this.onStale=e,this.error=this.failedRequest=""}paintStale(e,{networks:t,usesServer:s,server:n}){let o=e.filter(({cell:h,
key:m})=>h.imageKey!==m);if(!o.length)return;let i=o.slice(0,t?.batchSizeFor(Dg)??Dg),[a,l]=[i.map(({z:h})=>h),i.map(({y:h})=>h)];
t?(this.paintCells(i,{images:t.decodeMany(a,l),shape:t.image}),this.error="",o.length>i.length&&this.onStale()):s&&n.canRequest(
"decode")&&!this.isRequesting&&this.requestImages(i,n)}paintCells(e,{images:t,shape:s}){e.forEach(({cell:n,key:o},i)=>{W(
n.canvas,t[i],s),n.imageKey=o})}requestImages(e,t){let s=e.map(({key:n})=>n).join();s!==this.failedRequest&&(this.isRequesting=
!0,t.decode(e.map(({z:n})=>n),e.map(({y:n})=>Array.from(n))).then(({images:n})=>{this.paintCells(e,bt(n)),this.onAnswer(
"","")},n=>this.onAnswer(n.message,s)))}onAnswer(e,t){this.isRequesting=!1,this.error=e,this.failedRequest=t,this.onStale()}};var Bg=(r,e)=>({z_norm:Math.hypot(...r),get row_change(){return e()}});var uT=6;function Ji(r){let e=r?.closest("[data-kind]")??null;return e?{kind:e.dataset.kind,index:Number(e.dataset.at)}:
null}function Hg(r,{onTarget:e,onDrop:t}){let s=null,n=a=>{if(!s||a.pointerId!==s.pointerId)return;if(!a.buttons)return i(
null);if(!s.ghost&&Math.hypot(a.clientX-s.x,a.clientY-s.y)<uT)return;let l=s.ghost??o(a,s.thumb);s.ghost=l;let h=r.getBoundingClientRect();
l.style.transform=`translate(${a.clientX-h.left}px, ${a.clientY-h.top}px)`;let m=r.getRootNode().elementFromPoint(a.clientX,
a.clientY),d=Ji(m);JSON.stringify(d)!==JSON.stringify(s.target)&&(s.target=d,e(s.image,d))},o=(a,l)=>(r.setPointerCapture(
a.pointerId),r.classList.add("sg-dragging"),r.appendChild(u("div",{class:"sg-ghost","aria-hidden":"true"},dT(l)))),i=a=>{
let l=s;s=null,r.classList.remove("sg-dragging"),l?.ghost?.remove(),l?.ghost&&t(l.image,a)};r.addEventListener("pointerd\
own",a=>{let l=a.target.closest("[data-image]");a.button||!l||s?.ghost||(s={pointerId:a.pointerId,image:Number(l.dataset.
image),thumb:l,x:a.clientX,y:a.clientY,ghost:null,target:null})}),r.addEventListener("pointermove",n),r.addEventListener(
"pointerup",a=>{a.pointerId===s?.pointerId&&i(s.target)}),r.addEventListener("pointercancel",a=>{a.pointerId===s?.pointerId&&
i(null)}),r.addEventListener("keydown",a=>{a.key==="Escape"&&s&&i(null)})}function dT(r){let e=r.querySelector("canvas");
if(!e)return r.textContent??"";let t=u("canvas",{width:e.width,height:e.height});return P(t).drawImage(e,0,0),t}function Qc({a:r,b:e,t},s){let n=Math.round(100*t);return r===e||n===0?s[r]:n===100?s[e]:`${100-n} % ${s[r]}, ${n} % ${s[e]}`}
function zg({classes:r,contents:e,colours:t,features:s},{rows:n,columns:o,blend:i},{nameOf:a,idOf:l}){let h=Qc(i,e),m=w=>e[w]===
r[w],d=w=>m(w)?e[w]:String(w),f=i.t>0&&i.t<1&&i.a!==i.b?`${d(i.a)}→​${d(i.b)}`:d(Math.round(i.t)?i.b:i.a),g=s?c("row"):
c("image"),b=n.map(w=>({name:l(w)||String(w),note:l(w)?void 0:g,spokenText:c("style of image {image}, {name}",{image:w,name:a(
w)}),image:w})),y=o.map(w=>{let S={name:d(w),spokenText:c("content {name}",{name:e[w]})};return m(w)&&(S.colour=t[w]),S});
return{rows:[{name:"",note:c("live"),spokenText:c("Live style")},...b],columns:[{name:f,note:c("live"),spokenText:c("Liv\
e content"),liveText:h},...y]}}function Ug(r,{kind:e,index:t},s,n,o){let{rows:i,columns:a,blend:l}=r;return e==="live-row"?r:e==="row"&&t<i.length?{...r,
rows:i.with(t,s)}:e==="row"||e==="new-row"?i.length>=o.rows?c("There are {count} rows already; remove one first.",{count:o.
rows}):{...r,rows:[...i,s]}:n<0?c("Image {image} has no class, so it cannot set a column’s content.",{image:s}):e==="c\
olumn"&&t<a.length?{...r,columns:a.with(t,n)}:e==="column"||e==="new-column"?a.length>=o.columns?c("There are {count} co\
lumns already; remove one first.",{count:o.columns}):{...r,columns:[...a,n]}:e==="a"||e==="b"?{...r,blend:{...l,[e]:n}}:
{...r,blend:{a:n,b:n===l.b?l.a:l.b,t:0}}}function qg(r,{kind:e,index:t}){let s=e==="row"?"rows":"columns";return r[s].length>
1?{...r,[s]:r[s].filter((n,o)=>o!==t)}:r}function Gg({a:r,b:e,t},s){let n=new Float32Array(s);return n[r]+=1-t,n[e]+=t,n}
function Vg(r,e,t){let s=Array.from(e,(a,l)=>l).filter(a=>e[a]>=0),n=s[Math.floor(t()*s.length)],o=s.filter(a=>e[a]!==e[n]);
if(!o.length)return null;let i=o[Math.floor(t()*o.length)];return{...r,rows:[n,i],columns:[e[n],e[i]]}}function Qi(r,e,t){
let s=new Map,n=Array.from(r,(a,l)=>({label:a,k:l,order:t()})).sort((a,l)=>a.order-l.order);for(let{label:a}of n)s.set(a,
[]);for(let{label:a,k:l}of n)s.get(a)?.push(l);let o=[...s].sort(([a],[l])=>a-l).map(([,a])=>a),i=[];for(let a=0;i.length<
Math.min(e,r.length);a++)for(let l of o)a<l.length&&i.length<e&&i.push(l[a]);return i}var ea=class{grid;chart=new ke(c("The live style as the live content"));image=this.chart.canvas;priorNote=u("p",{class:"\
lp-where"});decoderNote=u("p",{class:"lp-way"});sliders;blend={a:0,b:0,t:0};shareSlider;contentSelects;root;haveContentsChanged;constructor(e){
this.grid=e,this.sliders=new Ws((s,n)=>e.moveDimension(s,n),()=>e.sendChanges()),this.shareSlider=u("input",{type:"range",
min:0,max:1,step:.01,"aria-label":c("Share of the second content"),oninput:()=>e.setBlend({...this.blend,t:Number(this.shareSlider.
value)}),onchange:()=>e.sendChanges()}),this.contentSelects={a:this.makeContentSelect("a",c("First content")),b:this.makeContentSelect(
"b",c("Second content"))};let t=u("div",{class:"sg-blend"},this.contentSelects.a,u("span",{class:"lp-track"},this.shareSlider),
this.contentSelects.b);this.root=u("section",{class:"sg-live","aria-label":c("The live row and column")},u("div",{},this.
chart.frame,this.priorNote),u("div",{class:"sg-controls"},u("h3",{},c("Style of the live row")),this.sliders.host,u("h3",
{},c("Content of the live column")),t,this.decoderNote)),this.haveContentsChanged=k()}makeContentSelect(e,t){let s=u("se\
lect",{"aria-label":t,"data-kind":e,"data-at":0});return s.addEventListener("change",()=>{this.grid.setBlend({...this.blend,
[e]:Number(s.value)}),this.grid.sendChanges()}),s}buildControls(e,t){if(this.sliders.buildSliders(t,null),!!this.haveContentsChanged(
JSON.stringify(e)))for(let s of Object.values(this.contentSelects))s.replaceChildren(...Ye(e))}showState(e,t,s,n){this.blend=
t,this.sliders.showCode(e,s),this.contentSelects.a.value=String(t.a),this.contentSelects.b.value=String(t.b),this.shareSlider.
value=String(t.t),this.shareSlider.setAttribute("aria-valuetext",Qc(t,n));let o=s.isTypical(e);this.chart.frame.classList.
toggle("lp-outside",o===!1),this.priorNote.textContent=o===!1?Ns.never:`z = ${K(e,4)}`}};var ta=class{callbacks;top=u("tr",{});body=u("tbody",{});table=u("table",{class:"sg-table"},u("thead",{},this.top),this.
body);root=u("div",{class:"sg-scroll",role:"group","aria-label":c("One style per row, one content per column"),onclick:({
target:e})=>this.onClick(e),onkeydown:e=>this.removeOnDeleteKey(e)},this.table);cells;builtContent;constructor(e){this.callbacks=
e,Fe(this.top,".sg-take"),Fe(this.body,".sg-take"),this.cells=[],this.builtContent=""}buildCells(e,t,s,n){let o=JSON.stringify(
[e.slice(1),t.slice(1),n]);if(o===this.builtContent)return this.relabelLiveColumn(t[0]);this.builtContent=o;let i=this.focusedHeader(),
a=this.cells;this.cells=e.map((l,h)=>t.map((m,d)=>a[h]?.[d]??{canvas:u("canvas",{role:"img",width:1,height:1}),imageKey:""})),
this.table.style.setProperty("--columns",String(t.length)),this.top.replaceChildren(u("td",{class:"sg-corner"},u("span",
{},c("content →")),u("span",{},c("style ↓"))),...t.map((l,h)=>this.makeHeader("column",h,l,t.length>2,null)),...n.column?
[u("th",{class:"sg-more"},jg("column"))]:[]),this.body.replaceChildren(...e.map((l,h)=>{let m=t.map((p,f)=>{let{canvas:g}=this.
cells[h][f];return g.setAttribute("aria-label",c("{row} as {column}",{row:l.spokenText,column:p.spokenText})),u("td",{class:`${h?
"":"sg-live-row"} ${f?"":"sg-live-column"}`},g)}),d=l.image===void 0?null:s(l.image);return u("tr",{class:h?"":"sg-live-\
row"},this.makeHeader("row",h,l,e.length>2,d),...m)}),...n.row?[u("tr",{},u("th",{class:"sg-more"},jg("row")))]:[]),De(this.
top,".sg-take"),De(this.body,".sg-take"),i&&this.restoreFocus(i),this.relabelLiveColumn(t[0]),this.fitNames()}fitNames(){
this.table.classList.remove("sg-tall");let e=[...this.top.querySelectorAll("[data-kind=column]")];this.table.classList.toggle(
"sg-tall",e.some(({scrollWidth:t,clientWidth:s})=>t>s))}relabelLiveColumn({name:e,spokenText:t,liveText:s}){let n=me(this.
top,"[data-kind=live-column]"),o=c("{header}, {content}. Takes the content of the selected image.",{header:t,content:s??
""});n.title!==o&&(n.title=o,n.setAttribute("aria-label",o),me(n,"b").textContent=e)}makeHeader(e,t,{name:s,spokenText:n,
note:o,colour:i,image:a},l,h){let m=t===0,d=Wg(m?`live-${e}`:e,t-1,s,pT(e,t,n),h);o&&d.lastChild.prepend(u("small",{},o)),
a!==void 0&&(d.dataset.image=String(a)),i&&d.style.setProperty("--class",i);let p=m||!l?[]:[u("button",{type:"button",class:"\
sg-away",tabindex:-1,"aria-hidden":"true",title:e==="row"?c("Remove this row (Delete)"):c("Remove this column (Delete)"),
"data-away":e,"data-at":t-1},"×")];return u("th",{scope:e==="row"?"row":"col",class:m?`sg-live-${e}`:""},d,...p)}onClick(e){
let t=e.closest("[data-away]"),s=Ji(e);t?this.callbacks.remove({kind:t.dataset.away,index:Number(t.dataset.at)}):s&&this.
callbacks.take(s)}removeOnDeleteKey(e){let t=Ji(e.target);!["Delete","Backspace"].includes(e.key)||!t||!["row","column"].
includes(t.kind)||(e.preventDefault(),this.callbacks.remove(t))}focusedHeader(){let e=Qs(this.root);if(!e||!this.root.contains(
e))return null;let{kind:t,at:s=""}=e.dataset;return t?{kind:t,index:s}:null}restoreFocus({kind:e,index:t}){let s=[...this.
root.querySelectorAll(`[data-kind="${e.replace("new-","")}"]`)];(this.root.querySelector(`[data-kind="${e}"][data-at="${t}\
"]`)??s[s.length-1])?.focus()}markTarget(e){for(let t of this.root.querySelectorAll(".sg-over"))t.classList.remove("sg-o\
ver");e&&this.root.querySelector(`[data-kind="${e.kind}"][data-at="${e.index}"]`)?.classList.add("sg-over")}};function pT(r,e,t){
let s={index:e,header:t};return r==="row"?e?c("Row {index}: {header}. Takes the style of the selected image.",s):c("{hea\
der}. Takes the style of the selected image.",s):e?c("Column {index}: {header}. Takes the content of the selected image.",
s):c("{header}. Takes the content of the selected image.",s)}function jg(r){let[e,t]=r==="row"?[c("Add a row: style of t\
he selected image"),c("style")]:[c("Add a column: content of the selected image"),c("content")],s=Wg(`new-${r}`,0,"+",e,
null);return s.lastChild.append(u("small",{},t)),s}function Wg(r,e,t,s,n){let o=[...n?[n]:[],u("span",{},u("b",{},t))];return u(
"button",{type:"button",class:"sg-take","data-kind":r,"data-at":e,"aria-label":s,title:s},...o)}var Kg=30,sa=class{callbacks;labels=[];images=[];selectedImage=-1;list=u("div",{class:"sg-images",role:"listbox","aria-l\
abel":c("Images"),"aria-orientation":"horizontal",onclick:({target:e})=>this.onPress(e),onkeydown:e=>this.onKey(e)});numberInput=u(
"input",{type:"number",min:0,step:1,"aria-label":c("Image by its number"),placeholder:c("number")});shuffleButton=x(c("O\
ther images at random"),()=>this.shuffleImages());numberLabel=u("span",{},c("Image"));form;root;constructor(e){this.callbacks=
e;let t=u("button",{type:"submit",class:"lp-button"},c("Show"));this.form=u("form",{class:"sg-number",onsubmit:s=>this.onNumberSubmit(
s)},u("label",{},this.numberLabel," ",this.numberInput),t),Fe(this.list,"[role=option]"),this.root=u("section",{"aria-la\
bel":c("Images to take from")},this.list,u("div",{class:"sg-tray-acts"},this.shuffleButton,this.form))}nameImages(e){A(this.
shuffleButton,G(c("Other images at random"),e,"item")),A(this.numberLabel,G(c("Image"),e,"item"))}setLabels(e){let t=e.length===
this.labels.length&&Array.from(e).every((s,n)=>s===this.labels[n]);if(this.labels=e,t)return this.showImages();this.numberInput.
max=String(e.length-1),this.shuffleImages(),this.selectImage(-1)}shuffleImages(){this.images=Qi(this.labels,Kg,Math.random),
this.showImages()}selectAndShow(e){this.images.includes(e)||(this.images=[e,...this.images.slice(0,Kg-1)]),this.selectImage(
e),this.list.querySelector(`[data-image="${e}"]`)?.scrollIntoView({block:"nearest",inline:"nearest"})}onNumberSubmit(e){
e.preventDefault(),this.numberInput.value!==""&&this.numberInput.checkValidity()&&this.selectAndShow(Number(this.numberInput.
value))}onPress(e){let t=e.closest("[data-image]");t&&this.selectImage(this.selectedImage===Number(t.dataset.image)?-1:Number(
t.dataset.image))}onKey(e){if(e.key==="Escape"&&this.selectedImage>=0)this.selectImage(-1);else if(e.key==="Enter"||e.key===
" ")this.onPress(e.target);else return;e.preventDefault(),e.stopPropagation()}selectImage(e){this.selectedImage=e,this.showImages(),
this.callbacks.chosen(e)}showImages(){we(this.list,"[role=option]",()=>{this.list.replaceChildren(...this.images.map(e=>this.
makeOption(e))),De(this.list,"[role=option]")})}makeOption(e){let t=this.callbacks.picture(e),s=this.callbacks.nameOf(e),
n=c("Image {image}, {name}",{image:e,name:s}),o={role:"option","data-image":e,"aria-selected":String(e===this.selectedImage),
"aria-label":n,title:n};return u("div",o,...t?[t]:[u("span",{},`${s} · ${e}`)])}};var $g=(r,e)=>JSON.stringify(r)===JSON.stringify(e),eh=class{header={};fields={};z=new Float32Array(0);layout={rows:[],columns:[],
blend:{a:0,b:0,t:0}};preview=null;prior=new at({dim:0,prior:null,typical:null},{});echoes={z:new B(aa),layout:new B($g)};isMoving=!1;change=new ns;refresh=ae(
()=>this.draw());sendMessage=()=>{};sprites=new qs(()=>this.onPicturesLoaded(),()=>({networks:this.header.sprites?null:this.
decoder.networks,z:this.fields.z.values,content:this.contents}));items=new Gs(()=>this.onItemsLoaded());notes=u("div",{class:"\
lp-notes",role:"status"});hint=u("p",{class:"sg-hint",role:"status"});tray=new sa({chosen:()=>this.showHint(),picture:e=>this.
sprites.thumbnail(e),nameOf:e=>this.itemName(e)});table=new ta({take:e=>this.onHeaderPressed(e),remove:e=>this.setLayout(
qg(this.layout,e))});liveControls;stopObserving;decoder;cells;everyButton;root;stopListening;constructor(e){this.liveControls=
new ea(this),this.stopObserving=Ie(this.table.root,()=>this.table.fitNames()),this.decoder=new js(this.liveControls.image,
(t,s)=>this.onNetworksChanged(t,s)),this.cells=new Zi(()=>this.refresh()),this.everyButton=x(c("Every class"),()=>this.setLayout(
{...this.layout,columns:this.header.content_numbers})),this.root=this.buildBody(),e.append(this.root),Hg(this.root,{onTarget:(t,s)=>this.
previewDrop(t,s),onDrop:(t,s)=>this.dropImage(t,s)}),this.stopListening=this.listenToPage()}buildBody(){let e=u("div",{class:"\
lp-switches",role:"group","aria-label":c("Rows and columns")},x(c("Swap two at random"),()=>this.swapAtRandom(),{class:"\
lp-button lp-first"}),this.everyButton,x(c("Other styles"),()=>this.shuffleStyles()));return u("div",{class:"lp sg",onkeydown:({
key:s})=>s==="Escape"&&this.tray.selectedImage>=0&&this.tray.selectImage(-1)},this.notes,this.table.root,e,this.tray.root,
this.hint,this.liveControls.root)}listenToPage(){return[E.on("z",e=>this.onPageZ(e)),E.on("turned",()=>this.refresh()),E.
on("experiment",()=>this.beginExperiment()),E.on("commit",e=>{this.isForThisGrid(e)&&this.echoes.z.noteSent(e.z)}),E.on(
"pick",e=>{this.isForThisGrid(e)&&this.tray.selectAndShow(e.index)})]}close(){for(let e of this.stopListening)e();this.stopObserving(),
this.decoder.close(),this.sprites.load(null),this.refresh.close()}update({header:e,fields:t}){let s=this.header.revision!==
e.revision;this.header=e,this.fields=t,this.prior=new at(e,t);let n=Float32Array.from(e.code),[o,i]=[this.echoes.z.isNewValue(
n),this.echoes.layout.isNewValue(e.layout)];(s||o&&!this.isMoving)&&(this.z=n),(s||i&&!this.isMoving)&&(this.layout=e.layout),
this.setNote("data",""),this.sprites.load(e.sprites,e.server),this.items.load(e.items),this.liveControls.buildControls(e.
contents,this.prior),this.liveControls.chart.setFeatures(e.features??null),this.tray.nameImages(!!e.features),this.everyButton.
textContent=e.contents[0]===e.classes[0]?c("Every class"):c("Every cluster"),this.tray.setLabels(this.labels),this.decoder.
load(e,t),s&&this.showHint(),this.refresh()}onNetworksChanged(e,t){this.liveControls.decoderNote.textContent=e,this.setNote(
"weights",t),this.header.sprites?this.refresh():this.onPicturesLoaded()}onItemsLoaded(){this.tray.selectedImage>=0&&this.
showHint(),this.onPicturesLoaded()}onPicturesLoaded(){this.table.builtContent="",this.tray.showImages(),this.refresh()}setNote(e,t){
J(this.notes,e,t)}isForThisGrid({sender:e,revision:t}){return e!==this&&t===this.header.revision}onPageZ(e){this.isForThisGrid(
e)&&(this.z=Float32Array.from(e.z),this.refresh())}moveDimension(e,t){this.isMoving=!0,this.z=this.z.with(e,t),this.emitToPage(
"z"),this.refresh()}setBlend(e){this.isMoving=!0,this.layout={...this.layout,blend:e},this.refresh()}setLiveStyle(e){this.
z=e,this.emitToPage("z"),this.sendCode()}sendChanges(){this.isMoving=!1,this.sendCode(),this.setLayout(this.layout)}sendCode(){
this.echoes.z.latest&&aa(this.z,this.echoes.z.latest)||(this.echoes.z.noteSent(this.z),this.sendMessage("code",{z:Array.
from(this.z)}),this.emitToPage("commit"))}emitToPage(e){E.emit(e,{revision:this.header.revision,z:this.z,sender:this})}setLayout(e){
this.layout=e,this.refresh(),!$g(e,this.echoes.layout.latest)&&(this.echoes.layout.noteSent(e),this.sendMessage("layout",
e))}showHint(){let{selectedImage:e}=this.tray,t=e<0?c("Drag an image onto a row to take its style, onto a column to take\
 its content; or press the image, then the row or column."):c("Image {image} ({name}) is selected: press a row to give i\
t this style, or a column to give it this content.",{image:e,name:this.itemName(e)});this.hint.textContent=G(t,!!this.header.
features,"item")}onHeaderPressed(e){let{tray:t,layout:s}=this;if(t.selectedImage>=0)return this.dropImage(t.selectedImage,
e);if(e.kind==="row")return t.selectAndShow(s.rows[e.index]);this.hint.textContent=c("Select an image first; then press \
the row that takes its style, or the column that takes its content.")}stateWithImage(e,t){let s=Ug(this.layout,t,e,this.
contents[e],this.header.limits);return typeof s=="string"?s:{layout:s,z:t.kind==="live-row"?this.styleOf(e):this.z}}previewDrop(e,t){
let s=t&&this.stateWithImage(e,t);this.preview=typeof s=="string"?null:s,this.table.markTarget(t),this.refresh()}dropImage(e,t){
if(this.previewDrop(e,null),!t)return;let s=this.stateWithImage(e,t);this.setNote("drop",typeof s=="string"?s:""),typeof s!=
"string"&&(t.kind==="live-row"&&this.setLiveStyle(s.z),this.setLayout(s.layout),this.hint.textContent=c("Taken from imag\
e {image} ({name}).",{image:e,name:this.itemName(e)}))}swapAtRandom(){let e=Vg(this.layout,this.contents,Math.random);this.
setNote("swap",e?"":c("There is only one content here, so there is nothing to swap.")),e&&this.setLayout(e)}shuffleStyles(){
let e=Math.max(this.layout.rows.length,this.header.default_row_count);this.setLayout({...this.layout,rows:Qi(this.contents,
e,Math.random)})}styleOf(e){let{dim:t}=this.header;return Float32Array.from(this.fields.z.values.subarray(e*t,(e+1)*t))}get labels(){
return this.fields.labels.values}get contents(){return(this.fields.content??this.fields.labels).values}className(e){return this.
header.classes[this.labels[e]]??c("no class")}itemName(e){let t=this.items.idOf(e);return t?`${t}, ${this.className(e)}`:
this.className(e)}get liveImages(){return this.table.cells[0].slice(1).map(({canvas:e})=>e)}beginExperiment(){this.header.
revision&&(this.change.begin(this.liveImages),this.refresh())}reportChange(){let{change:e,liveImages:t}=this;Qe(Bg(this.
z,()=>e.shareOf(t)))}draw(){if(!this.header.revision)return;let{layout:e,z:t}=this.preview??this,{contents:s,limits:n}=this.
header,o=zg(this.header,e,{nameOf:d=>this.itemName(d),idOf:d=>this.items.idOf(d)}),i={row:e.rows.length<n.rows,column:e.
columns.length<n.columns};this.table.buildCells(o.rows,o.columns,d=>this.sprites.thumbnail(d),i);let a=[t,...e.rows.map(
d=>this.styleOf(d))],l=[e.blend,...e.columns.map(d=>({a:d,b:d,t:0}))].map(d=>Gg(d,s.length)),h=_g(this.table.cells,a,l,this.
decoder.networksKey||this.decoder.server.id);this.cells.paintStale(h,this.decoder),this.setNote("server",this.cells.error),
this.liveControls.showState(t,e.blend,this.prior,s);let{canvas:m}=this.table.cells[0][0];gt(this.liveControls.image,m),this.
reportChange(),Yr(this.root,[m.height,m.width])}},Xg=U(eh);var Hr=r=>r.length>0&&r.every(({pastView:e})=>!!e.plane?.header.features);function th({pastView:r,stop:e,heldEnd:t}){let{
step:s,epoch:n}=r.momentAt(e),o=It(s,n),[i,a]=r.frameInfo?.live?[c("live"),c("no further yet, still training")]:[c("the \
present"),c("its end")],l=[];return t==="last"?l.push(a):e>=r.lastStopIndex&&l.push(i),t==="first"&&l.push(c("its first \
frame")),e<r.lastStopIndex&&!r.history&&l.push(c("shown as it is now until its frames are fetched")),l.length?`${o} (${l.
join("; ")})`:o}function fT({pastView:r,stop:e}){if(e>=r.lastStopIndex)return c("now");let{key:t,net:s}=r.decoderAt(e);return t<
0?c("the latest; none closer was saved"):s==="failed"?c("the latest; that of step {step} could not be fetched",{step:t.toLocaleString(
"en")}):s==="here"?c("step {step}",{step:t.toLocaleString("en")}):c("the latest, until another is fetched")}function Yg(r){
let e=G(c("Images seen"),Hr(r)),t=r.map(n=>{let{pastView:o,title:i,stop:a}=n,{losses:l,distance:h,step:m}=o.momentAt(a),
{phases:d={},measure:p=""}=o.history?.header??{},f=o.frameInfo?(m*o.frameInfo.batch).toLocaleString("en"):"–",g=new Map(
[["",i],[c("Position"),th(n)],[e,f]]);for(let[b,y]of Object.entries(d))b in l&&g.set(c("Loss: {phase}",{phase:Er(y)}),rc(
l[b]));return h!==null&&g.set(Er(p),v(h,3)),g}),s=[...new Set(t.flatMap(n=>[...n.keys()]))];return{head:[...s,c("Decoder\
 of")],rows:t.map((n,o)=>[...s.map(i=>n.get(i)??"–"),fT(r[o])])}}var gT=704,bT=31,yT=8,Zg="--moments-below",Jg="--moments-room";function Qg(r,e,t){r.replaceChildren(...e.flatMap(s=>{let{
pastView:n,title:o,values:i}=s,a=u("span",{class:"lp-lane","aria-hidden":"true"}),l=d=>t(i[Math.max(0,n.stops.findLastIndex(
p=>p<=d))]);Pr(a,n.history?Ds(n.history.header,l):[]);let[h,m]=[t(i[0]),t(i[i.length-1])];return a.prepend(u("i",{class:"\
lp-lane-reach",style:`left:${100*h}%;width:${100*(m-h)}%`})),[a,u("span",{class:"lp-lane-name"},o)]}))}function eb(r,e,t,s){
let n=document.documentElement.style,o=()=>{let a=r.getBoundingClientRect(),l=Math.min(...s().map(p=>p.getBoundingClientRect().
top+Ah())),h=p=>window.innerHeight-l-(p.getBoundingClientRect().bottom-a.top)-yT,m=parseFloat(getComputedStyle(document.
documentElement).fontSize),d=r.clientWidth<gT||h(t)<bT*m?e:t;n.setProperty(Zg,`${Math.max(0,Math.floor(a.bottom-d.getBoundingClientRect().
bottom))}px`),Number.isFinite(l)&&n.setProperty(Jg,`${Math.floor(h(d))}px`)},i=new ResizeObserver(o);for(let a of[r,document.
documentElement,Sh()])i.observe(a);return{update:o,dispose:()=>{i.disconnect();for(let a of[Zg,Jg])n.removeProperty(a)}}}
var ra=class{body=u("table",{class:"lp-two-table"});root=u("div",{class:"lp-two-scroll",role:"region",tabindex:"0","aria\
-label":c("Both trainings at this moment")},this.body);hasChanged=k();cells=[];showMoments(e,t){let{head:s,rows:n}=Yg(e);
this.hasChanged(JSON.stringify([s,n.length,t]))&&this.build(s,n.length,t),n.forEach((o,i)=>o.forEach((a,l)=>A(this.cells[i][l],
a)))}build(e,t,s){this.cells=Array.from({length:t},()=>e.map((o,i)=>u(i?"td":"th",i?{}:{scope:"row"})));let n=u("tr",{},
...e.map(o=>u(o?"th":"td",o?{scope:"col"}:{},o)));this.body.replaceChildren(u("thead",{},n),u("tbody",{},...[...this.cells,
...s.map(([o,i])=>[u("th",{scope:"row"},o),u("td",{colspan:e.length-1},i)])].map(o=>u("tr",{},...o))))}};var wT=c("In each lane, dots mark decoders that were saved, bars mark resumed training, and triangles mark changes of th\
e learning rates."),vT={title:c("Both trainings on one time axis"),moment:c("Moment of both trainings"),help:c("Drag thr\
ough both trainings; Space plays them")},sh=class extends Hs{header={};sendMessage=()=>{};hasTrails=!1;table=new ra;lanes=u(
"div",{class:"lp-lanes"});unitSelect=u("select",{"aria-label":c("Time axis"),onchange:()=>this.changeUnit(this.unitSelect.
value)},...lc.map(e=>u("option",{value:e},Rt[e].title)));notes=u("div",{class:"lp-notes",role:"status"});root;axisVisibility;stopListening;constructor(e){
super(vT),this.unit="images";let{host:t,axis:s,row:n}=this.scrubber;n.append(u("label",{class:"lp-two-axis"},c("Axis:")+
" ",this.unitSelect));let o=u("div",{class:"lp-two-controls"},s,this.lanes,n);t.prepend(o,this.table.root),this.root=u("\
div",{class:"lp lp-two"},this.notes,t),e.append(this.root),this.axisVisibility=eb(this.root,o,this.table.root,()=>[...Xl(
this.header.group).values()].map(({parts:i})=>i.surface)),this.stopListening=E.on("history",({plane:i,kind:a,sentence:l=""})=>this.
onHistoryEvent(i,a,l))}close(){this.stop(),this.stopListening(),this.axisVisibility.dispose();for(let{pastView:e}of this.
sides)e.plane.closed||e.showPresent()}setNote(e,t){J(this.notes,e,t)}update({header:e}){this.header=e,this.isNewPosition(
e.axis,e.value)&&(this.player.stop(),this.unit=e.axis,this.value=e.value),this.setNote("data",""),this.updateSides(),this.
value!==null&&this.fetchFrames()}onHistoryEvent(e,t,s){let{link:n}=e.header;!n||n.group!==this.header.group||(t==="faile\
d"&&this.onFetchFailed(),(t==="failed"||s)&&this.scrubber.showStatus(s&&`${n.title}: ${s}`),this.updateSides(),t==="mess\
age"&&this.value!==null&&this.fetchFrames())}updateSides(){let e=Xl(this.header.group),t=[];for(let s of[0,1]){let n=e.get(
s),o=n&&Ep(n);!n?.ready||n.closed||!o?.frameInfo||(o.hasTrails!==this.hasTrails&&o.setTrails(this.hasTrails),t.push({title:n.
header.link?.title??"",pastView:o}))}if(this.setSides(t),this.axisVisibility.update(),!this.sides.length)return this.stop();
lc.forEach((s,n)=>this.unitSelect.children[n].textContent=G(Rt[s].title,Hr(this.sides))),this.unitSelect.value=this.unit,
Qg(this.lanes,this.sides,s=>re(this.stops,s)/this.lastStopIndex),this.showSides()}changeUnit(e){this.player.stop();let t=this.
sides.find(({heldEnd:s})=>!s)??this.sides[0];this.unit=e,this.value=this.isNow?null:Rt[e].valueOfStep(t.pastView.stops[t.
stop],t.pastView.frameInfo),this.updateSides(),this.scheduleSend()}setTrails(e){this.hasTrails=e,super.setTrails(e)}sendPosition(e){
return this.sendMessage("moment",{axis:this.unit,value:e}),!0}describe(){let{sides:e,scrubber:t,positionText:s}=this;t.showPosition(
this.fractionalStopIndex,s,`${s}: ${e.map(n=>c("{title} at {position}",{title:n.title,position:th(n)})).join("; ")}`),this.
table.showMoments(e,this.header.silent??[]),t.showTexts("",this.remarksText())}get positionText(){let e=this.sides.some(
({pastView:t})=>t.frameInfo?.live);return this.isNow?e?c("live"):c("now"):G(Rt[this.unit].valueText(this.value),Hr(this.
sides))}remarksText(){let{sides:e,header:t}=this,s=e.map(({title:l,pastView:h})=>({title:l,frameInfo:h.frameInfo})),n=e.
flatMap(({pastView:l})=>l.history?[l.history.header]:[]),o=n.some(l=>Ds(l,()=>0).length)?wT:"",i=n.some(({adversary:l})=>l)?
_o:"",a=G(Rp(this.unit,s),Hr(e));return _(a,...t.remarks??[],i,o)}},tb=U(sh);var xT=2,ST=/^(localhost|\[[\da-f:.]+\]|\d+(\.\d+){3})$/i,MT=`position: fixed; inset: 4.5rem 1rem auto; z-index: 999993;\

  max-width: 44rem; margin: 0 auto; padding: 0.75rem 1rem; overflow-wrap: anywhere;
  color-scheme: light dark; background: Canvas; color: CanvasText; border: 2px solid #b3261e; border-radius: 0.5rem;`;function AT(r,e){
let{host:t,hostname:s,origin:n}=new URL(r);if(t===e)return c("The server is there, but refuses this page’s connection, o\
r a proxy between them does not pass on WebSockets. Let the proxy pass on the headers Upgrade and Connection; if no prox\
y is used, close other pages of this server and reload this one.");let o={host:t,servedHost:e,hostname:s,origin:n};return ST.
test(s)?c("The server refuses this page’s connection, because a proxy between them replaces the header Host: the page’s \
address has “{host}”, but the server was asked as “{servedHost}”. Let the proxy pass on the header Host. If the proxy ca\
nnot do that, start the server with `--server.corsAllowedOrigins {origin}`.",o):c("The server refuses this page’s connec\
tion, because a proxy between them replaces the header Host: the page’s address has “{host}”, but the server was asked a\
s “{servedHost}”. Let the proxy pass on the header Host, and start the server with `--server.allowedHosts {hostname}`. I\
f the proxy cannot do that, start the server with `--server.corsAllowedOrigins {origin}`.",o)}var TT=r=>r.split("`").map(
(e,t)=>t%2?u("code",{style:"white-space: nowrap"},e):e),rh=class{refusedCount=0;isConnecting=!1;update(e){this.isConnecting&&
e==="PINGING_SERVER"&&this.refusedCount++,this.isConnecting=e==="CONNECTING"}};function CT(r){let e=r.querySelector("met\
a[name=served-host]")?.getAttribute("content")??"",t=new rh,s=null,n=new MutationObserver(()=>{let o=r.querySelector("[d\
ata-testid=stApp]")?.getAttribute("data-test-connection-state")??void 0;t.update(o),t.refusedCount>=xT&&!s&&(s=u("p",{role:"\
alert",style:MT},...TT(AT(Y.href(),e))),r.body.append(s)),o==="CONNECTED"&&(s?.remove(),n.disconnect())});n.observe(r.body,
{subtree:!0,childList:!0,attributes:!0,attributeFilter:["data-test-connection-state"]})}var ET=["pointerdown","keydown","click"];function kT(r){let{history:e,location:t}=r,s=e.pushState.bind(e),n=!1;for(let o of ET)
r.addEventListener(o,()=>{n=!0},!0);r.addEventListener("popstate",()=>{n=!1},!0),e.pushState=(o,i,a)=>{let l=new URL(a??
"",t.href).pathname!==t.pathname;n||l?s(o,i,a):e.replaceState(o,i,a),n=!1}}var sb="[data-testid=stMain]",PT=`${sb} h1`;function LT(r){let e=null;r.addEventListener("focusin",({target:n})=>{let o=n;
e=o.matches(":focus-visible")&&o.closest(sb)?o:null});let t=()=>e=null;r.addEventListener("pointerdown",t,{capture:!0}),
new MutationObserver(()=>{!e||e.isConnected||(e=null,requestAnimationFrame(()=>IT(r)))}).observe(r.documentElement,{childList:!0,
subtree:!0})}function IT(r){let e=r.querySelector(PT);!e||r.activeElement!==r.body||(e.tabIndex=-1,e.focus())}function RT(r){r.addEventListener("transitionrun",e=>e.stopImmediatePropagation(),!0)}var OT=5e3,NT="position: fixed; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%)";function FT(r){let e=u(
"div",{role:"status",style:NT});r.body.append(e);let t=0;r.addEventListener("animationstart",({animationName:s,target:n})=>{
s==="wait"&&(A(e,getComputedStyle(n,"::after").content.slice(1,-1)),window.clearTimeout(t),t=window.setTimeout(()=>A(e,""),
OT))})}var dq={aggregate_board:dm,article:Lm,cards:km,colour_select:Kd,drawing_pad:Wm,folder_drop:Jm,game_board:Bd,latent_canvas:Fg,
lesson_panel:Vd,link_bar:xm,prior_preview:jd,style_grid:Xg,time_axis:tb};export{FT as announceWaits,CT as explainRefusedConnections,bb as fetchEarly,LT as keepFocusInPage,kT as limitHistoryEntries,
dq as mounts,RT as suppressTransitionEvents};
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
